import { join } from 'node:path'
import { defineConfig } from 'vite'
import { mantineStyles } from './scripts/mantine-styles.ts'
import { preact } from './scripts/preact.ts'

export default defineConfig({
  root: import.meta.dirname,
  // The server says in <base> under which prefix the page stands; addresses of the build are relative to that.
  base: './',
  // Its server tells the page what it has to know, when it is opened.
  envDir: false,
  plugins: [preact(), mantineStyles()],
  resolve: {
    alias: [
      { find: /^i18next$/, replacement: join(import.meta.dirname, 'src/i18n/small-i18next.ts') },
      { find: /^react-i18next$/, replacement: join(import.meta.dirname, 'src/i18n/small-react-i18next.ts') },
    ],
  },
  // While the page is being worked on: `npm run dev -w web` beside a server of UPM.
  server: {
    proxy: Object.fromEntries(
      // As the page's own host, or the sign-in would take it for that of another site.
      ['/api', '/media', '/icon.svg', '/favicon.ico', '/apple-touch-icon.png', '/manifest.webmanifest'].map(
        (path) => [path, { target: process.env['UPM_URL'] ?? 'http://127.0.0.1:3000', changeOrigin: false }],
      ),
    ),
  },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
})
