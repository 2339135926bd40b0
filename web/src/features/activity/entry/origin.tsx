import type { ActivityEntry } from '@upm/client'
import type { Format } from '../../../i18n/format.ts'
import { deviceOf, deviceText } from '../../../i18n/device.ts'
import { actorInWords } from './actor.ts'
import type { Names } from './names.ts'
import classes from './entry.module.css'

type OriginProps = { entry: ActivityEntry; names: Names; format: Format }

/** When an entry was made and where it came from: `14:05 · Firefox 145, Linux · 203.0.113.7`, or `14:05 · by the service billing`. */
export function Origin({ entry, names, format }: OriginProps) {
  const { timestamp, ip_address, actor } = entry
  return (
    <div className={classes.origin}>
      <p className={classes.parts}>
        <time dateTime={`${timestamp.slice(0, 23)}Z`} title={format.fullDateTime(timestamp)}>
          {format.time(timestamp)}
        </time>
        {actor !== null && <span>{actorInWords(actor, names)}</span>}
        {(actor === null || hasDevice(entry)) && <span>{deviceInWords(entry, names)}</span>}
        {ip_address !== null && <span>{ip_address}</span>}
      </p>
    </div>
  )
}

function hasDevice({ ip_address, user_agent }: ActivityEntry): boolean {
  return ip_address !== null || user_agent !== null
}

function deviceInWords(entry: ActivityEntry, { t }: Names): string {
  if (!hasDevice(entry)) return t('withoutDevice')
  const device = deviceOf(entry.user_agent ?? '')
  return device ? deviceText(device) : t('unknownDevice')
}
