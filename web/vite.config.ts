import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  root: import.meta.dirname,
  // The server says in <base> under which prefix the page stands; addresses of the build are relative to that.
  base: './',
  // Its server tells the page what it has to know, when it is opened.
  envDir: false,
  plugins: [react()],
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
    rolldownOptions: {
      output: {
        // What the entry needs of the packages is one script. Cut up by which of the later scripts share a part of it,
        // it would be a dozen small ones, and 7 kB larger when compressed.
        codeSplitting: { groups: [{ name: 'packages', test: /node_modules/, tags: ['$initial'] }] },
      },
    },
  },
})
