import type { ActivityEntry } from '@upm/client'
import { Text } from '@mantine/core'
import { Fragment, useMemo, type ReactNode } from 'react'
import { deviceOf, deviceText } from '../../../i18n/device.ts'
import type { Format } from '../../../i18n/format.ts'
import { useProfile } from '../../../session/queries.ts'
import { AvatarImage } from '../../../components/avatar/avatar-image.tsx'
import { actorInWords } from './actor.ts'
import { ChangeValue, Empty } from './change-value.tsx'
import { orderedChanges, viewChange } from './change-view.ts'
import type { Change } from './changes.ts'
import { factsOf } from './facts.ts'
import type { Names } from './names.ts'
import classes from './entry.module.css'
import values from './values.module.css'

type DetailsProps = { entry: ActivityEntry; names: Names; format: Format }

/** Entries that have the address of a picture. */
const PICTURES: ReadonlySet<string> = new Set(['avatar.uploaded', 'avatar.moved'])

/** All that an entry says besides its sentence. */
export default function Details({ entry, names, format }: DetailsProps) {
  const { t } = names
  const facts = factsOf(entry, names, format)
  const device = deviceOf(entry.user_agent ?? '')
  return (
    <div className={`${classes.details} ${values.palette}`}>
      <Changes entry={entry} names={names} />
      <dl className={classes.facts}>
        {facts.map(({ label, text }) => (
          <Row key={label} label={label}>
            {text === '' ? <Empty /> : <bdi>{text}</bdi>}
          </Row>
        ))}
        {PICTURES.has(entry.action) && <Picture url={entry.metadata['avatar_url']} names={names} />}
      </dl>
      <dl className={`${classes.facts} ${classes.evidence}`}>
        <Row label={t('exactTime')}>{format.fullDateTime(entry.timestamp)}</Row>
        {entry.actor !== null && <Row label={t('actor')}>{actorInWords(entry.actor, names)}</Row>}
        {entry.ip_address !== null && <Row label={t('ipAddress')}>{entry.ip_address}</Row>}
        {device && <Row label={t('device')}>{deviceText(device)}</Row>}
        {entry.user_agent !== null && entry.user_agent !== '' && (
          <Row label={t('userAgent')}>
            <bdi className={classes.raw}>{entry.user_agent}</bdi>
          </Row>
        )}
      </dl>
    </div>
  )
}

function Row({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className={classes.row}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  )
}

/** The changed fields; under the headings of their sections where there are several. */
function Changes({ entry, names }: Pick<DetailsProps, 'entry' | 'names'>) {
  const sections = useMemo(
    () => [...Map.groupBy(orderedChanges(entry, names), ({ section }) => section)],
    [entry, names],
  )
  return sections.map(([section, changes]) => (
    <Fragment key={section}>
      {sections.length > 1 && (
        <Text size="sm" fw={600} mt="xs">
          {names.sectionLabel(section)}
        </Text>
      )}
      <dl className={classes.facts}>
        {changes.map((change) => (
          <ChangedField key={change.field} change={change} names={names} />
        ))}
      </dl>
    </Fragment>
  ))
}

function ChangedField({ change, names }: { change: Change; names: Names }) {
  const view = useMemo(() => viewChange(change, names), [change, names])
  return (
    <Row label={names.fieldLabel(change.section, change.field)}>
      <ChangeValue view={view} />
    </Row>
  )
}

/** The files of earlier pictures are gone: only the current one can be shown. */
function Picture({ url, names: { t } }: { url: unknown; names: Names }) {
  const { data } = useProfile()
  const profile = data?.data
  if (!profile?.avatar || profile.avatar_url !== url) return null
  return (
    <Row label={t('picture')}>
      <AvatarImage avatar={profile.avatar} name={profile.user} size={96} alt={t('currentPicture')} />
    </Row>
  )
}
