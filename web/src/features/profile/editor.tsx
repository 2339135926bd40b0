import { Box, Skeleton, Stack, Tabs } from '@mantine/core'
import { useElementSize } from '@mantine/hooks'
import type { ProfileType } from '@upm/client'
import { useEffect, useId, useMemo, useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Part } from '../../components/part.tsx'
import { useInView } from '../../components/use-in-view.ts'
import { idOf, isShown, nextStep, percentOf, stepsOf, type Step } from './completeness.ts'
import classes from './editor.module.css'
import { focusField } from './focus-field.ts'
import { IdentityHeader } from './identity-header.tsx'
import { NextStepBanner } from './next-step-banner.tsx'
import { SaveBar } from './save-bar.tsx'
import { SectionAccordion } from './section-accordion.tsx'
import { SectionCards } from './section-cards.tsx'
import { editorSections, sectionOf } from './sections.ts'
import { useIsPhone } from './use-is-phone.ts'
import type { ProfileForm } from './use-profile-form.ts'

const loadPreview = () => import('./preview.tsx')
const loadPublishCard = () => import('./publish-card.tsx')
const loadHeldTypes = () => import('./held-types/held-types.tsx')

type EditorProps = {
  form: ProfileForm
  types: readonly ProfileType[]
  /** The path of the field that another screen leads to. */
  wanted: string | null
}

/** The form for the user and for each type that the account holds, beside what others will see of it. */
export function Editor({ form, types, wanted: wantedPath }: EditorProps) {
  const wanted = wantedPath === null ? null : idOf(wantedPath)
  const isPhone = useIsPhone()
  const element = useRef<HTMLFormElement>(null)
  const id = useId()
  const sections = useMemo(() => editorSections(types), [types])
  const [active] = types
  const steps = active ? stepsOf(form.document, active) : []
  const [tab, setTab] = useState<string | null>('edit')
  const [opened, setOpened] = useState(() => {
    const next = wanted ?? nextStep(steps)?.id
    const first = next === undefined ? undefined : sectionOf(sections, next)
    return first ? [first.id] : []
  })
  // A field that is to have the focus as soon as it is shown.
  const [target, setTarget] = useState(() => (wanted === null ? undefined : { path: wanted }))

  function jump(to: string): void {
    const path = idOf(to)
    const section = sectionOf(sections, path)
    if (section) setOpened((current) => [...new Set([...current, section.id])])
    setTab('edit')
    setTarget({ path })
  }

  useEffect(() => {
    if (target) focusField(target.path)
  }, [target])

  const [shownErrors, setShownErrors] = useState(form.errors)
  if (form.errors !== shownErrors) {
    setShownErrors(form.errors)
    // Those who use the keyboard, or cannot see the marks, go on at the first of them.
    const faulty = sections
      .flatMap(({ fields }) => fields)
      .find(({ path }) => form.errorAt(path) !== undefined)
    if (faulty && form.errors.length >= shownErrors.length) jump(faulty.path)
  }

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 's' || !(event.ctrlKey || event.metaKey)) return
      event.preventDefault()
      element.current?.requestSubmit()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])

  const fields = isPhone ? (
    <SectionAccordion sections={sections} form={form} steps={steps} opened={opened} onOpen={setOpened} />
  ) : (
    <SectionCards sections={sections} form={form} steps={steps} />
  )
  const formElement = (
    <form
      id={id}
      ref={element}
      noValidate
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault()
        if (form.isDirty && !form.isSaving) form.save()
      }}
    >
      {fields}
    </form>
  )
  const edit = (
    <Stack gap="lg" miw={0}>
      {formElement}
      <Below form={form} types={types} onJump={jump} />
    </Stack>
  )
  const preview = active && (
    <Part load={loadPreview} props={{ form, type: active }} loading={<Skeleton h={260} radius="lg" />} />
  )
  const publish = (
    <Part
      load={loadPublishCard}
      props={{ form, steps, onJump: jump }}
      loading={<Skeleton h={420} radius="lg" />}
    />
  )

  return (
    <>
      {isPhone ? (
        <PhoneEditor
          tab={tab}
          onTab={setTab}
          header={<Identity form={form} steps={steps} />}
          edit={
            <>
              <NextStepBanner steps={steps} onJump={jump} />
              {edit}
            </>
          }
          preview={
            <>
              {preview}
              {publish}
            </>
          }
        />
      ) : (
        <div className={classes.desk}>
          {edit}
          <Aside>
            {preview}
            {publish}
          </Aside>
        </div>
      )}
      <SaveBar form={form} sections={sections} formId={id} onJump={jump} />
    </>
  )
}

/** What a person begins to use the screen with. */
const FIRST_ACTS = ['scroll', 'wheel', 'pointermove', 'pointerdown', 'keydown'] as const

/** Its script comes when somebody has begun to use the screen and is near to it: the first load does without. */
function Below(props: { form: ProfileForm; types: readonly ProfileType[]; onJump: (to: string) => void }) {
  const [isUsed, setUsed] = useState(false)
  const [isSeen, setSeen] = useState(false)
  const element = useInView(() => setSeen(true), isUsed && !isSeen, 50)
  useEffect(() => {
    if (isUsed) return
    const begun = new AbortController()
    for (const act of FIRST_ACTS)
      window.addEventListener(act, () => setUsed(true), { signal: begun.signal, passive: true })
    return () => begun.abort()
  }, [isUsed])
  return (
    <div ref={element} style={{ minHeight: isSeen ? undefined : 1 }}>
      {isSeen && <Part load={loadHeldTypes} props={props} />}
    </div>
  )
}

function Aside({ children }: { children: ReactNode }) {
  const { ref, height } = useElementSize()
  return (
    <Box component="aside" ref={ref} className={classes.aside} style={{ '--aside-height': `${height}px` }}>
      {children}
    </Box>
  )
}

function Identity({ form: { document }, steps }: { form: ProfileForm; steps: readonly Step[] }) {
  const { t } = useTranslation()
  return (
    <IdentityHeader
      document={document}
      percent={percentOf(steps)}
      isPublic={isShown(document, steps)}
      noName={t('noName')}
    />
  )
}

type PhoneEditorProps = {
  tab: string | null
  onTab: (tab: string | null) => void
  header: ReactNode
  edit: ReactNode
  preview: ReactNode
}

/** One thing at a time: the form, or what others see of it. */
function PhoneEditor({ tab, onTab, header, edit, preview }: PhoneEditorProps) {
  const { t } = useTranslation('profile')
  return (
    <Stack gap="md">
      {header}
      <Tabs value={tab} onChange={onTab} variant="none" classNames={{ list: classes.tabs, tab: classes.tab }}>
        <Tabs.List grow>
          <Tabs.Tab value="edit">{t('tabEdit')}</Tabs.Tab>
          <Tabs.Tab value="preview">{t('tabPreview')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="edit" pt="md">
          <Stack gap="md">{edit}</Stack>
        </Tabs.Panel>
        <Tabs.Panel value="preview" pt="md">
          <Stack gap="md">{preview}</Stack>
        </Tabs.Panel>
      </Tabs>
    </Stack>
  )
}
