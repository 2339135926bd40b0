import type { Page } from 'playwright-core'
import { PASSWORD } from '../../server/test/visitor.ts'

/** Signs a student up and in, as a person does: from the page at `path` to the profile. */
export async function signUp(page: Page, path: string, email: string): Promise<void> {
  await page.goto(path)
  await page.getByRole('main').getByRole('link', { name: 'Зареєструватися' }).click()
  await page.getByLabel('Учень / учениця').check()
  await page.getByLabel('Ім’я та прізвище').fill('Олена Коваль')
  await page.getByLabel('Електронна пошта').fill(email)
  await page.getByLabel('Пароль', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Зареєструватися' }).click()
  await page.waitForURL(`**/${path}profile`)
}
