/** Run by chromium.ts, in a process whose temporary folder is where everything shall go. */
import chromium from '@sparticuz/chromium'

await chromium.executablePath()
