/** Examples for the documentation; tests hold them against the schemas. */

export const userExample = {
  id: '019aab5d-7c10-7d32-a1c4-1f0e9b6a2d55',
  email: 'alex@example.com',
  emailVerified: false,
  name: 'Alex Koval',
  image: null,
  role: 'tutor',
  createdAt: '2026-11-22T10:12:01.872Z',
  updatedAt: '2026-11-22T10:12:01.872Z',
}

export const sessionExample = {
  id: '019aab5e-0a4f-7b21-93d6-5e8c7f1a0b94',
  userId: userExample.id,
  ipAddress: '203.0.113.7',
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
  createdAt: '2026-11-22T10:12:38.223Z',
  updatedAt: '2026-11-22T10:12:38.223Z',
  expiresAt: '2026-11-29T10:12:38.223Z',
}

export const signUpExample = { token: null, user: userExample }

export const signInExample = { token: null, redirect: false, user: userExample }

export const keysExample = {
  keys: [
    {
      kty: 'OKP',
      kid: '019aab5c-1e88-7f40-b5a9-7c2d4e6f8a10',
      alg: 'EdDSA',
      crv: 'Ed25519',
      x: 'h0IHg951Mi1iMdhexA1wDULYnBYNc7hYTQ6QQBb7RQE',
    },
  ],
}
