import { useState } from 'react'
import { Link } from 'react-router'
import { useProduct } from '../session/use-product.ts'
import { useSession } from '../session/use-session.ts'
import classes from './brand.module.css'

/** A picture that is at least so many times as wide as high is a word mark: it has the name in it. */
const WORD_MARK = 2

/** The mark of the platform and its name, as the first HTML has them (server/src/page/first-picture.ts). */
export function Brand() {
  const name = useProduct()
  const { logoUrl } = useSession().config.brand
  const [isWordMark, setWordMark] = useState(logoUrl !== null)
  return (
    <Link to="/" className={classes.brand} aria-label={name}>
      <img
        src={logoUrl ?? './icon.svg'}
        alt=""
        onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
          setWordMark(logoUrl !== null && naturalWidth >= naturalHeight * WORD_MARK)
        }
        // The name alone is a mark as well.
        onError={({ currentTarget }) => {
          currentTarget.hidden = true
          setWordMark(false)
        }}
      />
      {!isWordMark && <span>{name}</span>}
    </Link>
  )
}
