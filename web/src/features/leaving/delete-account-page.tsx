import { Alert, Button, Group, List, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { isProblem } from '@upm/client'
import { CircleCheck, TriangleAlert } from 'lucide-react'
import { lazy, Suspense, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate } from 'react-router'
import { Card } from '../../components/card.tsx'
import { ActionForm } from '../../components/form/action-form.tsx'
import { FormFailure } from '../../components/form/form-failure.tsx'
import { useForm } from '../../components/form/use-form.ts'
import { Page } from '../../components/page.tsx'
import { loadPart } from '../../components/loading.ts'
import { Failure, Loading, QueryState } from '../../components/query-state.tsx'
import { showToast } from '../../components/toast.ts'
import { addTexts } from '../../i18n/i18n.ts'
import { useProfile } from '../../session/queries.ts'
import { useFormat } from '../../session/use-format.ts'
import { useClient, useSession, useSessionState } from '../../session/use-session.ts'
import { texts } from './texts.ts'

addTexts('leaving', texts)

const TakeAlongCard = lazy(loadPart(() => import('../take-along/take-along-card.tsx')))

/** What has become of an attempt: the session is over then, and the screen says why. */
type Outcome = { kind: 'left'; at: string } | { kind: 'again' }

/**
 * Deletes an account, says what that means to anybody who asks (stores and mails lead here), and is the one screen that somebody
 * sees whose account is leaving.
 */
export function Component() {
  const { t } = useTranslation('leaving')
  const state = useSessionState()
  const { config } = useSession()
  const [outcome, setOutcome] = useState<Outcome>()
  if (outcome?.kind === 'left') return <Left at={outcome.at} />
  if (state === 'starting') return <Loading />
  if (state === 'signed-in') return <Account onEnd={setOutcome} />
  return (
    <Page title={t('title')} description={t('hint')}>
      {outcome && (
        <Alert color="brand" icon={<TriangleAlert aria-hidden />} title={t('againTitle')} role="alert">
          {t('againText')}
        </Alert>
      )}
      <Meaning />
      {(config.signIn !== null || config.signInUrl !== null) && (
        <Stack gap="sm" align="flex-start">
          <Text>{t('signInFirst')}</Text>
          <Button component={Link} to="/sign-in?next=%2Fdelete-account">
            {t('signIn')}
          </Button>
        </Stack>
      )}
    </Page>
  )
}

function Account({ onEnd }: { onEnd: (outcome: Outcome) => void }) {
  const { t } = useTranslation('leaving')
  const client = useClient()
  const account = useQuery({
    queryKey: ['account'],
    queryFn: async ({ signal }) => (await client.account.get({ signal })).data,
    staleTime: 0,
  })
  if (account.data?.erase_at) return <Leaving eraseAt={account.data.erase_at} />
  return (
    <Page title={t('title')} description={t('hint')}>
      <QueryState query={account}>
        {() => (
          <>
            <Meaning />
            <DeleteForm onEnd={onEnd} />
          </>
        )}
      </QueryState>
    </Page>
  )
}

/** What is deleted, what stays, and when. */
function Meaning() {
  const { t } = useTranslation('leaving')
  const { graceDays } = useSession().config
  return (
    <Card title={t('what')}>
      <List spacing="xs">
        <List.Item>{t('whatProfile')}</List.Item>
        <List.Item>{t('whatSignIn')}</List.Item>
        <List.Item>{t('whatLog')}</List.Item>
      </List>
      <Note title={t('stays')}>{t('staysText')}</Note>
      <Note title={t('when')}>{graceDays === 0 ? t('whenNow') : t('whenText', { count: graceDays })}</Note>
    </Card>
  )
}

function Note({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div>
      <Text component="h3" fw={650}>
        {title}
      </Text>
      <Text>{children}</Text>
    </div>
  )
}

/** Whoever has signed in too long ago is signed out, and comes back here from the sign-in. */
function DeleteForm({ onEnd }: { onEnd: (outcome: Outcome) => void }) {
  const { t } = useTranslation('leaving')
  const { client, signOut } = useSession()
  const profile = useProfile()
  const user = profile.data?.data.user
  const hasEmail = user?.email !== null
  const { form, field } = useForm({
    fields: { confirm: '' },
    send: async ({ confirm }) => {
      try {
        const { data } = await client.account.leave(confirm.trim())
        onEnd({ kind: 'left', at: data.erase_at })
      } catch (error) {
        if (!isProblem(error, 'reauthentication_required')) throw error
        onEnd({ kind: 'again' })
      }
      // Its cookie leads nowhere any more.
      await signOut()
    },
  })
  const { onChange, ...input } = field('confirm')
  if (!user) return profile.error ? <Failure error={profile.error} /> : <Loading />
  return (
    <Card title={t('title')}>
      <ActionForm form={form} submit={t('delete')} color="red.9">
        <TextInput
          {...input}
          id="confirm"
          type={hasEmail ? 'email' : 'text'}
          label={t(hasEmail ? 'confirm' : 'confirmId')}
          description={hasEmail ? t('confirmHint') : t('confirmIdHint', { id: String(user.id) })}
          onChange={({ currentTarget }) => onChange(currentTarget.value)}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
        />
      </ActionForm>
    </Card>
  )
}

/** The account is leaving: this is all that can be done with it. */
function Leaving({ eraseAt }: { eraseAt: string }) {
  const { t } = useTranslation('leaving')
  const { client, signOut } = useSession()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const format = useFormat()
  const [isDue] = useState(() => Date.parse(eraseAt) <= Date.now())
  const restoring = useMutation({
    mutationFn: () => client.account.restore(),
    onSuccess: () => {
      queries.clear()
      showToast({ color: 'teal', message: t('restored') })
      void navigate('/profile', { replace: true })
    },
  })
  return (
    <Page title={t('leavingTitle')}>
      <Card title={t('when')}>
        <Text>{isDue ? t('dueText') : t('leavingText', { time: format.date(format.dayOf(eraseAt)) })}</Text>
        <FormFailure error={restoring.error} fields={[]} />
        <Group gap="sm">
          {!isDue && (
            <Button onClick={() => restoring.mutate()} loading={restoring.isPending}>
              {t('restore')}
            </Button>
          )}
          <Button variant="default" onClick={() => void signOut()}>
            {t('signOut')}
          </Button>
        </Group>
      </Card>
      <Suspense fallback={<Loading />}>
        <TakeAlongCard />
      </Suspense>
    </Page>
  )
}

function Left({ at }: { at: string }) {
  const { t } = useTranslation('leaving')
  const { config } = useSession()
  const format = useFormat()
  return (
    <Page title={t('leftTitle')}>
      <Alert color="teal" icon={<CircleCheck aria-hidden />} role="status">
        {config.graceDays === 0 ? t('whenNow') : t('leftText', { time: format.date(format.dayOf(at)) })}
      </Alert>
    </Page>
  )
}
