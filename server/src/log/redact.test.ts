import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isSecretKey, redact } from './redact.ts'

const text = 'S3cr3t-V4lue'
const instant = '2026-11-22T10:15:32Z'

/** Names of secrets. Whatever stands under them goes. */
const secrets = `
  password Password PASSWORD passwd passwords user_password newPassword oldpassword password1 password_hash
  pass db_pass pass2 passcode passphrase pwd pw passkey
  secret client_secret clientSecret CLIENT-SECRET secrets clientsecret secret_key webhookSecret
  token access_token accessToken access-token accesstoken refresh_token id_token tokens csrf_token CSRFToken api_token
  auth Auth auth_header oauth X-Auth authorization Authorization proxy-authorization authorisation bearer
  jwt jwts cookie cookies set-cookie Set-Cookie sessionCookie credential credentials aws_credentials creds
  session_id sessionId sessionID session-id sessionid session_ids user.session_id SESSION_ID PHPSESSID sid sessid
  api_key apiKey APIKey apikey x-api-key api_keys access_key accessKeyId private_key privateKey privatekey ssh_key
  encryption_key signing_key
  otp otp_code one_time_code totp totp_secret recovery_code recovery_codes recoveryCodes recoverycodes backup_codes
  verification_code security_code sms_code mfa_code reset_code
  pin PIN card_pin pin_code cvv cvv2 cvc card_cvc card_number cardNumber cardnumber iban ssn ssn_last4
  social_security_number csrf xsrf signature signatures request_signature x-signature hmac
  mnemonic seed_phrase seedPhrase recovery_phrase magic_link security_answer nonce code_verifier
`
  .trim()
  .split(/\s+/)

/** Names that resemble those of secrets. */
const harmless = `
  author authors authority authored_by co_author author_id passed passenger passport_country compass passage bypass
  secretary secretariat tokenized_at tokenizer pinned pinned_at pinterest spinning opinion
  session lesson_session sessions session_count key keyboard public_key primary_key foreign_key storage_key monkey
  code country_code postal_code code_name zip codes status_code phrase phrases link links profile_url avatar_url
  number phone_number card card_type account headline bio first_name email subject method signed_in signal design
  assigned sign_up residence id user_id side sidebar inside cvs hotpot option adoption biotope optional spin
  passwordless authentic authenticated authenticated_at certificate channel cooking bearing
`
  .trim()
  .split(/\s+/)

describe('what names a secret is hidden, whatever it holds', () => {
  for (const name of secrets) {
    test(name, () => {
      for (const value of [text, '', 1234, 12.5, { any: text }, [text], [{ a: [text] }]]) {
        // A number under a plural is how many there are.
        if (typeof value === 'number' && name.endsWith('s')) continue
        const kept = JSON.stringify(redact({ [name]: value }))
        assert.ok(!/S3cr3t|1234|12\.5/.test(kept), kept)
      }
      assert.deepEqual(redact({ deep: [{ er: { [name]: text } }] }), {
        deep: [{ er: { [name]: '[redacted]' } }],
      })
      assert.ok(isSecretKey(name))
    })
  }
})

describe('what merely resembles a secret is kept', () => {
  for (const name of harmless) {
    test(name, () => {
      const metadata = { [name]: text, list: [{ [name]: 7 }] }
      assert.deepEqual(redact(metadata), metadata)
      assert.ok(!isSecretKey(name))
    })
  }
})

const facts: Record<string, unknown> = {
  tokens_used: 512,
  tokensUsed: 512,
  tokens: 512,
  total_tokens: 900,
  max_token_length: 4096,
  tokens_left: { prompt: 5, completion: 7 },
  token_type: 'Bearer',
  token_expires_at: instant,
  token_expires_in: 3600,
  otp_enabled: true,
  otpEnabled: false,
  two_factor_auth: true,
  totp_verified_at: instant,
  password: true,
  has_password: false,
  password_changed_at: '2026-11-22T10:15:32.004211Z',
  passwordChangedAt: 1_795_000_000,
  password_changed: instant,
  password_length: 12,
  password_age_days: 40,
  password_attempts: 3,
  auth_method: 'password',
  auth_time: 1_795_000_000,
  auth_provider: 'google',
  pin_attempts: 2,
  pin_set: true,
  pass_rate: 0.8,
  pass_count: 3,
  recovery_codes_left: 8,
  recovery_codes_count: 10,
  session_id_changed: true,
  session_id_issued_at: instant,
  signature_valid: true,
  csrf_failures: 4,
  cookie_consent: 'all',
  cookies_accepted: true,
  credential_count: 2,
  api_key_created_at: '2026-11-22',
  api_keys: 3,
  secret_version: 4,
  token: null,
  passkeys: 2,
}

describe('what is said about a secret stays: booleans, counts and times', () => {
  for (const [name, value] of Object.entries(facts)) {
    test(`${name}: ${JSON.stringify(value)}`, () => {
      assert.deepEqual(redact({ [name]: value }), { [name]: value })
    })
  }
})

test('a fact by its name that holds something else is hidden', () => {
  assert.deepEqual(
    redact({
      password_changed_at: text,
      password_changed: { old: text, new: text },
      tokens_used: [text, 5],
      token_type: `Bearer ${text}`,
      pins: 1234,
      recovery_codes: [12_345_678],
    }),
    {
      password_changed_at: '[redacted]',
      password_changed: { old: '[redacted]', new: '[redacted]' },
      tokens_used: ['[redacted]', 5],
      token_type: '[redacted]',
      pins: '[redacted]',
      recovery_codes: '[redacted]',
    },
  )
})

test('long names cost next to nothing, and are read at both ends', () => {
  const long = 'a_'.repeat(10_000)
  assert.deepEqual(Object.values(redact({ [`${long}token`]: text, [`token_${long}`]: text }) as object), [
    '[redacted]',
    '[redacted]',
  ])
  const cost = (name: string) => {
    const start = process.cpuUsage()
    for (let round = 0; round < 5; round++) redact({ [name]: 1 })
    const { user, system } = process.cpuUsage(start)
    return user + system
  }
  const best = (name: string) => Math.min(...Array.from({ length: 7 }, () => cost(name)))
  for (const unit of ['A', 'Aa', 'passA', 'token_', '1', 'sPASS', 's', 'é']) {
    const [few, many] = [10_000, 160_000].map((length) => best(unit.repeat(length / unit.length)))
    assert.ok(Number(many) < 64 * Math.max(Number(few), 500), `${unit}: ${few}, ${many}`)
  }
})
