import { isProblem, type SignInInput } from '@upm/client'
import { useState } from 'react'

export type CodeStepProps = {
  /** Signs in with the code. */
  send: (second: { code: string; trustDevice: boolean }) => Promise<unknown>
  onBack: () => void
}

/**
 * A sign-in that asks for a code where the account has a second step. The password stays in memory until then: there is no
 * session that is half one.
 */
export function useTwoSteps(signIn: (credentials: SignInInput) => Promise<unknown>): {
  send: (credentials: SignInInput) => Promise<unknown>
  /** The second step, while it is waited for. */
  second: CodeStepProps | undefined
} {
  const [first, setFirst] = useState<SignInInput>()
  return {
    send: async (credentials) => {
      try {
        await signIn(credentials)
      } catch (error) {
        if (!isProblem(error, 'second_factor_required')) throw error
        setFirst(credentials)
      }
    },
    second: first && {
      send: (second) => signIn({ ...first, ...second }),
      onBack: () => setFirst(undefined),
    },
  }
}
