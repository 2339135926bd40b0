import 'virtual:mantine-styles'
import './global.css'
// The HTML of the server has these classes, before the scripts of its screen are there.
import './components/public-card/public-card.css'
import './features/people/person.css'
import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { setNonce } from 'get-nonce'
import { createRoot } from 'react-dom/client'
import { RouterProvider } from 'react-router'
import { createRouter, whenReady } from './app.tsx'
import { initialLanguage, startI18n } from './i18n/i18n.ts'
import { texts as shellTexts } from './shell/texts.ts'
import { createColorSchemeManager } from './shell/color-scheme.ts'
import { ToastsInTime } from './shell/toasts-in-time.tsx'
import { readPageConfig } from './session/page-config.ts'
import { createQueryClient } from './session/queries.ts'
import { journeyRecorder } from './session/journey-recorder.ts'
import { createSession } from './session/session.ts'
import { SessionContext } from './session/use-session.ts'
import { cssVariables, theme } from './theme.ts'

void start()

/** Nothing is awaited outside of a function: parts of the page import this script, and would wait for it to the end. */
async function start(): Promise<void> {
  const config = readPageConfig(document)
  const record = await journeyRecorder()
  const session = createSession(config, record)
  const queries = createQueryClient({ isRecorded: record !== undefined })
  // Dialogs keep what is behind them from scrolling by a style of their own.
  setNonce(config.styleNonce)
  // Nothing of one person is there for the next one.
  session.subscribe(() => session.state() === 'signed-out' && queries.clear())

  await startI18n(initialLanguage(config.uiLanguages, config.defaultLanguage), shellTexts)
  void session.start()

  const colorSchemeManager = createColorSchemeManager()
  const root = document.getElementById('root')
  if (!root) throw new Error('the page has no root')
  const router = createRouter(config.basePath)
  // The HTML of somebody's page stays until there is something to put into its place.
  if (document.getElementById('upm-person')) await whenReady(router)
  // The first picture of the page (index.html) makes room.
  root.replaceChildren()
  createRoot(root).render(
    <StrictMode>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={cssVariables}
        defaultColorScheme="auto"
        colorSchemeManager={colorSchemeManager}
        getStyleNonce={() => config.styleNonce}
      >
        <QueryClientProvider client={queries}>
          <SessionContext value={session}>
            <RouterProvider router={router} />
            <ToastsInTime />
          </SessionContext>
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  )
}
