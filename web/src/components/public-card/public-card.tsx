import type { Avatar } from '@upm/client'
import { Award, Banknote, CircleCheck, Info, Languages, List, MapPin, type LucideIcon } from 'lucide-react'
import type { CSSProperties, ReactNode, Ref } from 'react'
import { AvatarImage } from '../avatar/avatar-image.tsx'
import type { Chips, Fact, Price } from './content.ts'
import { coverColor } from './cover.ts'
import './public-card.css'

type CardPerson = { id: number; first_name: string; last_name: string; avatar: Avatar | null }

export type PublicCardProps = {
  person: CardPerson
  /** What stands in the place of a name that is not there yet. */
  noName: string
  /** What the profile type is called: shown on a page alone. */
  type?: string | undefined
  /** Who somebody is, in one line. */
  lead?: string | undefined
  price?: Price | undefined
  chips?: readonly Chips[] | undefined
  facts?: readonly Fact[] | undefined
  /** `card`: a small card in a column of 300 px or more. `page`: the head of a page, with the name as its title. */
  variant?: 'card' | 'page'
  /** How many chips of a list are shown; the others are counted. */
  maxChips?: number
  /** A line at the bottom of the card. */
  footer?: ReactNode
  titleRef?: Ref<HTMLHeadingElement>
}

const NOTHING: readonly never[] = []

/**
 * Somebody as others see them: picture, name, and what the declaration of the profile type makes of the values
 * (fields/presentation.ts). It asks for nothing, so that a draft can be shown as well as what is stored. The server writes
 * the same `page` variant as HTML (server/src/public-page/), with the same classes.
 */
export function PublicCard({
  person,
  noName,
  type,
  lead,
  price,
  chips = NOTHING,
  facts = NOTHING,
  variant = 'card',
  maxChips = 8,
  footer,
  titleRef,
}: PublicCardProps) {
  const isPage = variant === 'page'
  const name = `${person.first_name} ${person.last_name}`.trim() || noName
  const style: CSSProperties & Record<`--${string}`, string> = { '--upm-cover': coverColor(person) }
  return (
    <article className="upm-person" data-variant={variant} style={style}>
      <div className="upm-person-cover" aria-hidden />
      <div className="upm-person-body">
        <div className="upm-person-head">
          <span className="upm-person-picture">
            <AvatarImage avatar={person.avatar} name={person} size={isPage ? 128 : 80} />
          </span>
          {!isPage && <PriceText price={price} />}
          <div className="upm-person-names">
            {isPage && type !== undefined && <p className="upm-person-type">{type}</p>}
            {isPage ? (
              <h1 className="upm-person-name" dir="auto" tabIndex={-1} ref={titleRef}>
                {name}
              </h1>
            ) : (
              <p className="upm-person-name" dir="auto">
                {name}
              </p>
            )}
            {lead !== undefined && (
              <p className="upm-person-lead" dir="auto">
                {lead}
              </p>
            )}
          </div>
        </div>
        {chips.map((list) => (
          <ChipList key={list.name} chips={list} max={maxChips} />
        ))}
        {facts.length > 0 && <Facts facts={facts} hasIcons={!isPage} />}
      </div>
      {footer !== undefined && <div className="upm-person-footer">{footer}</div>}
    </article>
  )
}

/** `450 ₴ / hour` */
export function PriceText({ price }: { price: Price | undefined }) {
  if (!price) return null
  return (
    <p className="upm-price" title={price.label}>
      <span className="upm-price-amount">{price.amount}</span>
      {price.suffix !== undefined && <> {price.suffix}</>}
    </p>
  )
}

export function ChipList({ chips: { label, items }, max = Infinity }: { chips: Chips; max?: number }) {
  const more = items.length - max
  return (
    <ul className="upm-chips" aria-label={label}>
      {items.slice(0, max).map((item) => (
        <li key={item} className="upm-chip" dir="auto">
          {item}
        </li>
      ))}
      {more > 0 && <li className="upm-chip">+{more}</li>}
    </ul>
  )
}

const ICONS: Readonly<Record<string, LucideIcon>> = {
  integer: Award,
  languages: Languages,
  choice: CircleCheck,
  choices: CircleCheck,
  flag: CircleCheck,
  money: Banknote,
  list: List,
  place: MapPin,
}

function Facts({ facts, hasIcons }: { facts: readonly Fact[]; hasIcons: boolean }) {
  return (
    <dl className="upm-facts">
      {facts.map(({ name, kind, label, text, isPlain }) => {
        const Icon = ICONS[kind] ?? Info
        return (
          <div key={name} className="upm-fact" data-plain={isPlain}>
            <dt className="upm-fact-label">{label}</dt>
            <dd className="upm-fact-text" dir="auto">
              {text}
            </dd>
            {hasIcons && <Icon className="upm-fact-icon" size={16} aria-hidden />}
          </div>
        )
      })}
    </dl>
  )
}
