/**
 * The public page as it is before its script, and without: the elements of web/src/features/people/person-view.tsx and
 * web/src/components/public-card/, with the same classes. Pure.
 */
import type { Language } from '../errors.ts'
import { markup, type Html } from './html.ts'
import { splitLinks } from './links.ts'
import { personPath, absolute, type Place } from './place.ts'
import type { Presentation } from './presentation.ts'
import { texts } from './texts.ts'
import type { Section, View } from './view.ts'

/** How many facts stand in the head; the others follow below. */
const HEAD_FACTS = 3

/** @param mark of the brand, with its name */
export function bodyOf(view: View, place: Place, mark: Html): Html {
  const { profile, language, sections } = view
  const [first, ...others] = sections
  const { nothingYet } = texts[language]
  const address = personPath(place, profile.id)
  return frame(
    language,
    place,
    mark,
    markup`<div class="upm-profile">
      <div class="upm-profile-head">${head(view)}</div>
      ${offer(view, place)}
      <div class="upm-profile-rest">
        ${first && blocks(first.shown, texts[language].details)}${others
          .filter(({ isEmpty }) => !isEmpty)
          .map(otherSection)}${
          sections.every(({ isEmpty }) => isEmpty)
            ? markup`<section class="upm-block"><p class="upm-empty">${nothingYet}</p></section>`
            : undefined
        }
      </div>
      <p class="upm-print-address">${absolute(place, address) ?? address}</p>
    </div>`,
  )
}

/** For an address at which there is nobody to see. It waits for the script, as the owner may look at it. */
export function nobodyBody(language: Language, place: Place, mark: Html): Html {
  const { nobodyTitle, nobodyText } = texts[language]
  return frame(
    language,
    place,
    mark,
    markup`<noscript>
      <div class="upm-profile-nobody">
        <h1>${nobodyTitle}</h1>
        <p>${nobodyText}</p>
      </div>
    </noscript>`,
  )
}

/** The header of the platform, as far as it is there without script. */
function frame(language: Language, { prefix }: Place, mark: Html, content: Html): Html {
  return markup`<header class="boot-header">
      <div class="boot-bar">
        <a class="upm-plain-brand" href="${prefix}/">${mark}</a>
        <a class="upm-plain-entrance" href="${prefix}/sign-in">${texts[language].signIn}</a>
      </div>
    </header>
    <div class="upm-plain-frame"><main>${content}</main></div>`
}

function head({ profile, name, sections: [first] }: View): Html {
  const facts = first?.shown.facts.slice(0, HEAD_FACTS) ?? []
  return markup`<article class="upm-person" data-variant="page">
    <div class="upm-person-cover" aria-hidden="true"></div>
    <div class="upm-person-body">
      <div class="upm-person-head">
        <span class="upm-person-picture">${picture(profile)}</span>
        <div class="upm-person-names">
          ${first && markup`<p class="upm-person-type">${first.label}</p>`}
          <h1 class="upm-person-name" dir="auto">${name}</h1>
          ${first?.shown.lead === undefined ? undefined : markup`<p class="upm-person-lead" dir="auto">${first.shown.lead}</p>`}
        </div>
      </div>
      ${
        facts.length === 0
          ? undefined
          : markup`<dl class="upm-facts">
              ${facts.map(
                ({ label, text }) =>
                  markup`<div class="upm-fact">
                    <dt class="upm-fact-label">${label}</dt>
                    <dd class="upm-fact-text" dir="auto">${text}</dd>
                  </div>`,
              )}
            </dl>`
      }
    </div>
  </article>`
}

function picture({ avatar, first_name, last_name }: View['profile']): Html {
  if (!avatar) {
    const initials = [first_name, last_name].map(firstLetter).join('')
    return markup`<span class="upm-plain-picture" aria-hidden="true">${initials}</span>`
  }
  const { variants } = avatar
  const sources = Object.entries(variants).map(([side, url]) => `${url} ${side}w`)
  return markup`<img
    class="upm-plain-picture"
    src="${variants['128']}"
    srcset="${sources.join(', ')}"
    sizes="128px"
    width="128"
    height="128"
    alt=""
  />`
}

/** What a reader takes for one character. */
function firstLetter(text: string): string {
  const [first] = new Intl.Segmenter('uk', { granularity: 'grapheme' }).segment(text.trim())
  return first?.segment.toLocaleUpperCase() ?? ''
}

function offer({ profile, language, sections: [first] }: View, { actionUrl }: Place): Html {
  const { offer: label, write } = texts[language]
  return markup`<aside class="upm-profile-offer" aria-label="${label}">
    ${price(first?.shown)}
    <div class="upm-profile-actions">
      ${actionUrl === undefined ? undefined : markup`<a class="upm-plain-button" href="${actionOf(actionUrl, profile.id)}">${write}</a>`}
      <span class="upm-plain-room" aria-hidden="true"></span>
    </div>
  </aside>`
}

function actionOf(actionUrl: string, id: number): string {
  return actionUrl.replaceAll('{id}', String(id))
}

function price(shown: Presentation | undefined): Html | undefined {
  if (!shown?.price) return undefined
  const { label, text, suffix } = shown.price
  return markup`<p class="upm-price" title="${label}">
    <span class="upm-price-amount">${text}</span>${suffix === undefined ? '' : ` ${suffix}`}
  </p>`
}

function blocks({ chips, facts, texts: long, groups }: Presentation, details: string): Html {
  const rest = detailList(facts.slice(HEAD_FACTS), groups)
  return markup`${chips.map((list) => block(list.label, chipList(list)))}${long.map(({ label, text }) =>
    block(label, linkedText(text)),
  )}${rest && block(details, rest)}`
}

function block(title: string, content: Html): Html {
  return markup`<section class="upm-block">
    <h2 class="upm-block-title">${title}</h2>
    ${content}
  </section>`
}

function otherSection({ label, shown }: Section): Html {
  const { lead, chips, facts, texts: long, groups } = shown
  const parts = markup`${lead === undefined ? undefined : markup`<p class="upm-block-lead" dir="auto">${lead}</p>`}${price(shown)}${chips.map(
    chipList,
  )}${long.map(({ text }) => linkedText(text))}${detailList(facts, groups)}`
  return block(label, parts)
}

function chipList({ label, items }: Presentation['chips'][number]): Html {
  return markup`<ul class="upm-chips" aria-label="${label}">
    ${items.map((item) => markup`<li class="upm-chip" dir="auto">${item}</li>`)}
  </ul>`
}

function linkedText(text: string): Html {
  const parts = splitLinks(text).map((part) =>
    part.href === undefined
      ? markup`${part.text}`
      : markup`<a href="${part.href}" target="_blank" rel="nofollow ugc noopener">${part.text}</a>`,
  )
  // Its white space is shown.
  return markup`<p class="upm-long" dir="auto">${parts}</p>`
}

function detailList(facts: Presentation['facts'], groups: Presentation['groups']): Html | undefined {
  if (facts.length + groups.length === 0) return undefined
  return markup`<dl class="upm-details">
    ${facts.map(
      ({ label, text }) =>
        markup`<div>
          <dt>${label}</dt>
          <dd dir="auto">${text}</dd>
        </div>`,
    )}${groups.map(
      ({ label, facts: members }) =>
        markup`<div>
          <dt>${label}</dt>
          <dd>${detailList(members, [])}</dd>
        </div>`,
    )}
  </dl>`
}
