import { Anchor } from '@mantine/core'
import type { ProfileType } from '@upm/client'
import { useId, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useHref } from 'react-router'
import { useScreen } from '../../components/use-screen.ts'
import { ChipList, PriceText, PublicCard } from '../../components/public-card/public-card.tsx'
import type { Fact } from '../../components/public-card/content.ts'
import type { Group, Presentation } from '../../fields/presentation.ts'
import type { Words } from '../../fields/value-text.ts'
import { useSession } from '../../session/use-session.ts'
import { LinkedText } from './linked-text.tsx'
import { Offer } from './offer.tsx'
import { fullName, shownSections, titleOf, type Person, type ShownSection } from './person.ts'
import './person.css'

type PersonViewProps = {
  person: Person
  types: readonly ProfileType[]
  words: Words
  banner?: ReactNode
  isOwn?: boolean
}

/** How many facts stand in the head; the others follow below. */
const HEAD_FACTS = 3

/** Somebody's public page. The server writes the same as HTML (server/src/public-page/body.ts): change both. */
export function PersonView({ person, types, words, banner, isOwn = false }: PersonViewProps) {
  const { t } = useTranslation('people')
  const { brand, profileActionUrl } = useSession().config
  const sections = shownSections(person, types, words)
  const [first, ...others] = sections
  const name = fullName(person) || t('noName')
  const title = titleOf(name, first?.shown.lead)
  const heading = useScreen(title, brand.name)
  const address = `${location.origin}${useHref(`/people/${person.id}`)}`
  const rest = first && withoutHead(first.shown)
  return (
    <div className="upm-profile">
      {banner !== undefined && <div className="upm-profile-banner">{banner}</div>}
      <div className="upm-profile-head">
        <PublicCard
          variant="page"
          person={person}
          noName={t('noName')}
          type={first && words.label(first.type.labels)}
          lead={first?.shown.lead}
          facts={first?.shown.facts.slice(0, HEAD_FACTS)}
          titleRef={heading}
        />
      </div>
      <Offer
        price={first?.shown.price}
        actionUrl={isOwn ? undefined : profileActionUrl?.replaceAll('{id}', String(person.id))}
        address={address}
        title={title}
      />
      <div className="upm-profile-rest">
        {rest && <Blocks shown={rest} />}
        {others.map((section) => (
          <OtherSection key={section.type.name} section={section} words={words} />
        ))}
        {sections.every(({ isEmpty }) => isEmpty) && (
          <section className="upm-block">
            <p className="upm-empty">
              {t('nothingYet')}{' '}
              {isOwn && (
                <Anchor component={Link} to="/profile" inherit underline="always">
                  {t('fillIn')}
                </Anchor>
              )}
            </p>
          </section>
        )}
      </div>
      <p className="upm-print-address">{address}</p>
    </div>
  )
}

/** What the head and the offer do not show already. */
function withoutHead(shown: Presentation): Presentation {
  return { ...shown, facts: shown.facts.slice(HEAD_FACTS) }
}

function Blocks({ shown: { chips, facts, texts, groups } }: { shown: Presentation }) {
  const { t } = useTranslation('people')
  return (
    <>
      {chips.map((list) => (
        <Block key={list.name} title={list.label}>
          <ChipList chips={list} />
        </Block>
      ))}
      {texts.map(({ name, label, text }) => (
        <Block key={name} title={label}>
          <LinkedText text={text} />
        </Block>
      ))}
      {(facts.length > 0 || groups.length > 0) && (
        <Block title={t('details')}>
          <Details facts={facts} groups={groups} />
        </Block>
      )}
    </>
  )
}

/** What has a label each: facts, and objects with their members. */
function Details({ facts, groups }: { facts: readonly Fact[]; groups: readonly Group[] }) {
  if (facts.length + groups.length === 0) return null
  return (
    <dl className="upm-details">
      {facts.map(({ name, label, text }) => (
        <div key={name}>
          <dt>{label}</dt>
          <dd dir="auto">{text}</dd>
        </div>
      ))}
      {groups.map(({ name, label, facts: members }) => (
        <div key={name}>
          <dt>{label}</dt>
          <dd>
            <Details facts={members} groups={NO_GROUPS} />
          </dd>
        </div>
      ))}
    </dl>
  )
}

const NO_GROUPS: readonly Group[] = []

function Block({ title, children }: { title: string; children: ReactNode }) {
  const id = useId()
  return (
    <section className="upm-block" aria-labelledby={id}>
      <h2 id={id} className="upm-block-title">
        {title}
      </h2>
      {children}
    </section>
  )
}

/** A section of a type that is not the active one. */
function OtherSection({ section: { type, shown, isEmpty }, words }: { section: ShownSection; words: Words }) {
  const id = useId()
  if (isEmpty) return null
  const { lead, price, chips, facts, texts, groups } = shown
  return (
    <section className="upm-block" aria-labelledby={id}>
      <h2 id={id} className="upm-block-title">
        {words.label(type.labels)}
      </h2>
      {lead !== undefined && (
        <p className="upm-block-lead" dir="auto">
          {lead}
        </p>
      )}
      <PriceText price={price} />
      {chips.map((list) => (
        <ChipList key={list.name} chips={list} />
      ))}
      {texts.map(({ name, text }) => (
        <LinkedText key={name} text={text} />
      ))}
      <Details facts={facts} groups={groups} />
    </section>
  )
}
