import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isForeign } from './foreign-passwords.ts'
import { verifyPassword } from './passwords.ts'

/**
 * Made by Django itself, with `make_password('Пароль із Django 🐍', hasher=…)`: 3.2.25 those of 260,000 iterations, 5.2.17
 * all others.
 */
const PASSWORD = 'Пароль із Django 🐍'
const HASHES = [
  'pbkdf2_sha256$260000$HPq3bIYX4AD7eVk9mzDTj7$lr3aqt/SuzSwu0ux3uy1x8qAAc0trhOvXTF/oQ18IyU=',
  'pbkdf2_sha256$1000000$v2pJbPvSAu1Z3qjF0NQGfx$InoEAp7TZTBxdcxUqSLziUnr+HPKlh33cZbS3LiRlnY=',
  'pbkdf2_sha1$260000$yJMTx9tkH7qFgtvKFhSure$grbmpv8l118mRXcyYVmbRxyfdB0=',
  'scrypt$16384$c5tMJ7HRjGskgsFgrx19sq$8$5$MhkWgmMWteVawGNQGuLiH0R38qHe1OFDuo/4rFfzII47iunm/JQcPPmtjC2XUNP5aksIrSu4OQBQYgaAWiW4gw==',
  'argon2$argon2id$v=19$m=102400,t=2,p=8$bE1nV0luSWFjZ0xnYktRSmtmd0E1RQ$eIRjxQa6YGscEKWCwTCHSNHO3rk2PpJUIGOTKGeovmo',
]

for (const hash of HASHES) {
  const name = hash.slice(0, hash.indexOf('$', 14))
  test(`a password of Django is right, and gets a hash of today: ${name}`, async () => {
    const { isRight, renewed = '' } = await verifyPassword(hash, PASSWORD)
    assert.equal(isRight, true)
    assert.match(renewed, /^\$scrypt\$ln=15,r=8,p=3\$/)
    assert.deepEqual(await verifyPassword(renewed, PASSWORD), { isRight: true })
    assert.deepEqual(await verifyPassword(hash, `${PASSWORD} `), { isRight: false })
  })
}

for (const hash of [
  '',
  '!',
  '!zLF4y9dlws2777taLMXGtK7GOwF3DsZAhMddbQUJ',
  'md5$salt$9f1c',
  'bcrypt$$2b$12$qaXk4rPYPYXXDkvOqV5InupbxW0qG2QHbeG2/bL4G8Xe6kw/ZEgGS',
  'pbkdf2_sha256$260000$HPq3bIYX4AD7eVk9mzDTj7$',
  'pbkdf2_sha256$999999999$salt$lr3aqt/SuzSwu0ux3uy1x8qAAc0trhOvXTF/oQ18IyU=',
  'pbkdf2_sha256$-1$salt$lr3aqt/SuzSwu0ux3uy1x8qAAc0trhOvXTF/oQ18IyU=',
  'pbkdf2_sha256$260000$salt$not base64!',
  'pbkdf2_sha256$260000$salt$AA==',
  'scrypt$16383$salt$8$1$MhkWgmMWteVawGNQGuLiH0R38qHe1OFDuo/4rFfzII4=',
  'scrypt$1048576$salt$64$16$MhkWgmMWteVawGNQGuLiH0R38qHe1OFDuo/4rFfzII4=',
  'argon2$argon2id$v=19$m=99999999,t=2,p=8$bE1nV0luSWFjZ0xnYktRSmtmd0E1RQ$eIRjxQa6YGscEKWCwTCHSNHO3rk2PpJUIGOTKGeovmo',
]) {
  test(`no password is compared with "${hash.slice(0, 40)}"`, async () => {
    assert.equal(isForeign(hash), false)
    assert.equal((await verifyPassword(hash, '')).isRight, false)
  })
}
