import type { Feature } from '../feature.ts'
import type { Page } from './page.ts'
import { pageProblems } from './problems.ts'
import { pageRoutes } from './routes.ts'

export const pageFeature: Feature<{ page: Page | undefined }> = {
  isOn: ({ page }) => page,
  problems: pageProblems,
  routes: async (app, { page }) => {
    await app.register(pageRoutes, { page })
  },
}
