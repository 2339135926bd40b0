import { createBrowserRouter } from 'react-router'
import { loadPart } from './components/loading.ts'
import { Loading } from './components/query-state.tsx'
import { Landing } from './features/sign-in/landing.tsx'
import { Broken } from './shell/broken.tsx'
import { Gate } from './shell/gate.tsx'
import { Layout } from './shell/layout.tsx'
import { NotFound } from './shell/not-found.tsx'

/** Every screen and its address; the server knows the same addresses (server/src/page/paths.ts). */
export function createRouter(basePath: string) {
  return createBrowserRouter(
    [
      {
        element: <Layout />,
        errorElement: <Broken />,
        HydrateFallback: Loading,
        children: [
          {
            // A screen that fails leaves the header and the navigation in place.
            errorElement: <Broken />,
            children: [
              { path: '/', element: <Landing /> },
              { path: '/sign-in', lazy: loadPart(() => import('./features/sign-in/sign-in-page.tsx')) },
              { path: '/sign-out', lazy: loadPart(() => import('./features/sign-in/sign-out-page.tsx')) },
              { path: '/sign-up', lazy: loadPart(() => import('./features/sign-in/sign-up-page.tsx')) },
              {
                path: '/forgot-password',
                lazy: loadPart(() => import('./features/sign-in/forgot-password-page.tsx')),
              },
              {
                path: '/reset-password',
                lazy: loadPart(() => import('./features/sign-in/reset-password-page.tsx')),
              },
              {
                path: '/confirm-email',
                lazy: loadPart(() => import('./features/email-change/confirm-email-page.tsx')),
              },
              {
                path: '/undo-email',
                lazy: loadPart(() => import('./features/email-change/undo-email-page.tsx')),
              },
              {
                path: '/delete-account',
                lazy: loadPart(() => import('./features/leaving/delete-account-page.tsx')),
              },
              { path: '/people/:id', lazy: loadPart(() => import('./features/people/person-page.tsx')) },
              {
                element: <Gate />,
                children: [
                  { path: '/profile', lazy: loadPart(() => import('./features/profile/profile-page.tsx')) },
                  {
                    path: '/visibility',
                    lazy: loadPart(() => import('./features/visibility/visibility-page.tsx')),
                  },
                  {
                    path: '/security',
                    lazy: loadPart(() => import('./features/security/security-page.tsx')),
                  },
                  {
                    path: '/activity',
                    lazy: loadPart(() => import('./features/activity/activity-page.tsx')),
                  },
                  {
                    path: '/settings',
                    lazy: loadPart(() => import('./features/settings/settings-page.tsx')),
                  },
                ],
              },
              { path: '*', element: <NotFound /> },
            ],
          },
        ],
      },
    ],
    { basename: basePath || '/' },
  )
}

/** When the scripts of the screen are there, or have failed to come. */
export async function whenReady(router: ReturnType<typeof createRouter>): Promise<void> {
  if (router.state.initialized) return
  await new Promise<void>((resolve) => {
    const stop = router.subscribe(({ initialized }) => {
      if (!initialized) return
      stop()
      resolve()
    })
  })
}
