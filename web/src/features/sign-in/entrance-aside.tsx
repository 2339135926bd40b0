import { CircleCheck } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { addTexts } from '../../i18n/i18n.ts'
import { texts } from './entrance-texts.ts'
import classes from './entrance.module.css'

addTexts('entrance', texts)

const gains = ['gainPage', 'gainChoice', 'gainLog'] as const

/** What an account is good for: a card as others see one, and three lines. */
export default function EntranceAside(): ReactNode {
  const { t } = useTranslation('entrance')
  return (
    <>
      <div className={classes.sample} aria-hidden>
        <div className={classes.cover} />
        <div className={classes.body}>
          <div className={classes.top}>
            <span className={classes.picture}>{t('sampleInitials')}</span>
            <span className={classes.price}>
              {t('samplePrice')} <small>{t('samplePer')}</small>
            </span>
          </div>
          <div className={classes.name}>{t('sampleName')}</div>
          <div className={classes.lead}>{t('sampleLead')}</div>
          <div className={classes.chips}>
            <span>{t('sampleSubject')}</span>
            <span>{t('sampleExam')}</span>
          </div>
        </div>
      </div>
      <ul className={classes.gains}>
        {gains.map((gain) => (
          <li key={gain}>
            <CircleCheck size={20} aria-hidden />
            <span>{t(gain)}</span>
          </li>
        ))}
      </ul>
    </>
  )
}
