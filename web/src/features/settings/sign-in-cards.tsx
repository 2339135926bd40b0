import { PasswordCard } from './password-card.tsx'
import { SessionsCard } from './sessions-card.tsx'

/** What there is to set where the bundled sign-in is on. */
export default function SignInCards({ email }: { email: string | null }) {
  return (
    <>
      <PasswordCard email={email} />
      <SessionsCard />
    </>
  )
}
