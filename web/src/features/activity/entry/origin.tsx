import type { ActivityEntry } from '@upm/client'
import type { Format } from '../../../i18n/format.ts'
import { deviceOf, deviceText } from '../../../i18n/device.ts'
import type { Names } from './names.ts'
import classes from './entry.module.css'

type OriginProps = { entry: ActivityEntry; names: Names; format: Format }

/** When an entry was made and where it came from: `14:05 · Firefox 145, Linux · 203.0.113.7`. */
export function Origin({ entry, names, format }: OriginProps) {
  const { timestamp, ip_address } = entry
  return (
    <div className={classes.origin}>
      <p className={classes.parts}>
        <time dateTime={`${timestamp.slice(0, 23)}Z`} title={format.fullDateTime(timestamp)}>
          {format.time(timestamp)}
        </time>
        <span>{deviceInWords(entry, names)}</span>
        {ip_address !== null && <span>{ip_address}</span>}
      </p>
    </div>
  )
}

function deviceInWords({ ip_address, user_agent }: ActivityEntry, { t }: Names): string {
  if (ip_address === null && user_agent === null) return t('withoutDevice')
  const device = deviceOf(user_agent ?? '')
  return device ? deviceText(device) : t('unknownDevice')
}
