import { buildMarketplace } from './app.ts'

const { DATABASE_URL: databaseUrl, JWT_SECRET: jwtSecret, PORT = '3000' } = process.env
if (!databaseUrl || !jwtSecret) throw new Error('Set DATABASE_URL and JWT_SECRET.')
const app = await buildMarketplace({ databaseUrl, jwtSecret })
process.once('SIGTERM', () => void app.close())
console.log(await app.listen({ port: Number(PORT) }))
