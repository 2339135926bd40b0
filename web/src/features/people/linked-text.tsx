import { splitLinks } from './links.ts'

/** A text that somebody wrote, with its lines, and with links to the addresses in it. */
export function LinkedText({ text }: { text: string }) {
  return (
    <p className="upm-long" dir="auto">
      {splitLinks(text).map((part, index) =>
        part.href === undefined ? (
          part.text
        ) : (
          // oxlint-disable-next-line react/no-array-index-key -- the parts of a text have their order alone
          <a key={index} href={part.href} target="_blank" rel="nofollow ugc noopener">
            {part.text}
          </a>
        ),
      )}
    </p>
  )
}
