/** Generated from contract/openapi.json and the catalogue of errors ("npm run generate"): not to be edited. */

export interface paths {
    "/api/me/profile/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get your profile
         * @description Returns one document: the account, its settings, its picture, and a section for each profile type that the account has.
         */
        get: operations["getProfile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change your profile
         * @description Takes a JSON Merge Patch (RFC 7396) of the sections `user`, `settings` and the sections of your profile types. Fields that you leave out keep their values; `null` clears a nullable field. If a field is faulty, nothing changes, and all faulty fields are reported at once. Fields with a new value are logged as `profile.updated` and `settings.updated`. If the change turns on `privacy_public_profile`, the profile must have what its type requires, after the change. A profile that is public already can be changed in any way; it is not shown while something is missing.
         */
        patch: operations["patchProfile"];
        trace?: never;
    };
    "/api/me/profile/visibility/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Find out whether others see your profile
         * @description Says whether everybody can see the profile, and if not, why not, with the fields to change. It also says how complete the profile is, and where its public page is. Read it again after each change of the profile, the settings or the picture.
         */
        get: operations["getProfileVisibility"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me/settings/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get your settings
         * @description Returns the section `settings` of the profile document by itself. The `ETag` is the version of the document.
         */
        get: operations["getSettings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change your settings
         * @description Takes a JSON Merge Patch (RFC 7396). Settings with a new value are logged as `settings.updated`. `privacy_public_profile` can be turned on when the profile has what its type requires. In this refusal, `errors` names the fields by their paths in the profile document.
         */
        patch: operations["patchSettings"];
        trace?: never;
    };
    "/api/me/profiles/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Add a profile of another type
         * @description Gives your account an empty profile of another type. Your active profile stays active. Logged as `profile.type_added`.
         */
        post: operations["addProfile"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me/profiles/active/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Choose your active profile
         * @description Makes another profile of your account the active one: `profile_type` of the document names it, and others see it if your profile is public. Logged as `profile.type_activated`.
         */
        patch: operations["activateProfile"];
        trace?: never;
    };
    "/api/me/profiles/{type}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete a profile
         * @description Deletes a profile of your account that is not the active one, with its fields. Logged as `profile.type_removed`, with the fields.
         */
        delete: operations["deleteProfile"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me/avatar/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Upload your picture
         * @description Takes a JPEG, PNG, WebP, AVIF or GIF (first frame). The content decides the format, not the file name. The server turns the picture upright, crops it to a square, removes all metadata, and stores it as WebP with 512, 256, 128 and 64 pixels a side. Without crop fields it takes the largest square in the middle. A new picture gets new URLs. Logged as `avatar.uploaded`.
         */
        post: operations["uploadAvatar"];
        /**
         * Remove your picture
         * @description Succeeds also if you have no picture. The removal of a picture is logged as `avatar.deleted`.
         */
        delete: operations["deleteAvatar"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me/activity/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List your activity
         * @description Returns the log entries of your account, newest first, in pages: the `Link` header has the address of the next page. Pages have no gaps and no repetitions, even while new entries are logged. With the header `Accept: application/x-ndjson` or `Accept: text/csv`, this address answers like `exportActivityNdjson` and `exportActivityCsv`.
         */
        get: operations["listActivity"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me/activity/ndjson/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download your activity as NDJSON
         * @description Returns all log entries of your account that pass the filters, newest first, as one stream. If the stream fails, the transfer breaks off and never looks complete.
         */
        get: operations["exportActivityNdjson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me/activity/csv/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download your activity as CSV
         * @description Returns all log entries of your account that pass the filters, newest first, as one stream. If the stream fails, the transfer breaks off and never looks complete. The metadata are JSON text, and a cell that a spreadsheet could take for a formula starts with an apostrophe.
         */
        get: operations["exportActivityCsv"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me/activity/summary/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Count your activity by day
         * @description Counts the log entries of your account by day and action, for at most 366 days. A day is a calendar day in your time zone (`settings.timezone`). When the clocks change, a day has 23 or 25 hours.
         */
        get: operations["getActivitySummary"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/activity/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log events of another service
         * @description For services. The token needs the scope `activity:write` and a subject. It does not create an account. The subject becomes the `actor` of the entries. A service can log only actions that are declared as external; any other action is refused as `reserved`. Entries keep the order of the batch and get the time of their arrival. A batch can be sent again safely: an entry whose `id` is already in the log is not added again. If one entry is faulty, the whole batch is refused, and each fault is named by index and field, such as `[3].user_id`. Secrets in the metadata are replaced by `[redacted]`.
         */
        post: operations["postActivity"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/profiles/{id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a public profile
         * @description Returns the public fields of a profile whose owner has turned on `privacy_public_profile`, and that has what its type requires. No token is needed. In all other cases the answer is 404, as if the account did not exist.
         */
        get: operations["getPublicProfile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me/profile/public/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Preview your public profile
         * @description Returns what `GET /api/profiles/{id}/` returns for your account when the profile is shown. The preview also works while it is not. `GET /api/me/profile/visibility/` says whether it is.
         */
        get: operations["previewPublicProfile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/profile-types/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the profile types and their fields
         * @description Returns a JSON Schema for each type, with its fields in the order of a form. `x-labels`, `x-hints`, `x-example`, `x-suffix` and `x-options` are the texts of the form, `x-widget` is the kind of input, and `x-public` marks fields that everybody can see. `groups` are the parts of the form. `required` names what a profile must have to be published, and `completeness` the weight of each field. See docs/profile-types.md.
         */
        get: operations["listProfileTypes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/subjects/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the subjects
         * @description Returns every subject that a profile can have, with its labels, and other words that people search it by. A form can offer the popular ones before anybody has searched.
         */
        get: operations["listSubjects"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/languages/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the languages of the user interface
         * @description Returns the values that `settings.ui_language` can have. Each label is in its own language.
         */
        get: operations["listLanguages"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/timezones/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the time zones
         * @description Returns every name of the IANA time zone database.
         */
        get: operations["listTimeZones"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me/identities/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List your identities
         * @description By whose tokens your account is opened, the oldest first: most accounts have one. Identities of issuers that this server no longer accepts are listed, too.
         */
        get: operations["listIdentities"];
        put?: never;
        /**
         * Link an identity
         * @description Has your account opened by the subject of a second access token, too. The subject must not have an account of its own. Linking what is linked already changes nothing. Needs a sign-in of the last ten minutes. Logged as `system.identity.linked`.
         */
        post: operations["linkIdentity"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me/identities/{id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Unlink an identity
         * @description The tokens of this identity no longer open your account; other processes of the server notice within five minutes. The one that your access token is of stays, and so there is always one left. Unlinking the bundled sign-in deletes its password and ends its sessions. Needs a sign-in of the last ten minutes. Logged as `system.identity.unlinked`.
         */
        delete: operations["unlinkIdentity"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the state of your account
         * @description Says whether your account is to be deleted, and when. Also answers while it is.
         */
        get: operations["getAccount"];
        put?: never;
        post?: never;
        /**
         * Delete your account
         * @description Hides your account at once and ends its sessions. It can be restored until `erase_at` (`ERASE_GRACE_DAYS`, 14 days by default); then everything that is yours is deleted for good, and only anonymous facts of the log remain. Needs a sign-in that is not older than 10 minutes: `auth_time` of the token, or `iat` if the issuer gives none. A repeated request returns the same `erase_at`. Logged as `system.account.leaving`.
         */
        delete: operations["deleteAccount"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me/restore/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Restore your account
         * @description Takes the deletion back, until `erase_at`. Your account is then as it was before. Logged as `system.account.restored`; an account that stays is left as it is.
         */
        post: operations["restoreAccount"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/sign-up/email": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign up
         * @description Creates an account. It does not sign the user in: sign in next. If the server sends e-mails, open the link in the e-mail first. If the address has an account already, the response looks the same and that account is not changed. One exception: if the server sends e-mails, an account with an unconfirmed address is replaced.
         */
        post: operations["signUp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/sign-in/email": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in
         * @description Starts a session. The session ends after one week without use, and after 30 days at the latest. A session that the request brings along ends. If the account has a second step, the request needs its `code`. If the request has the token of a confirmation link, in a cookie or as `verificationToken`, the sign-in also confirms the e-mail address. Logged as `system.login`.
         */
        post: operations["signIn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/sign-out": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign out
         * @description Ends the session and deletes its cookie. Succeeds also without a session.
         */
        post: operations["signOut"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/get-session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the current session
         * @description Returns the session of the cookie or of the session token, and its user. Reading it extends the session, at most once a day.
         */
        get: operations["getSession"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get an access token
         * @description Returns a Bearer token for the rest of the API. It is valid for 15 minutes. When the session has ended, it only reads.
         */
        get: operations["getToken"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/jwks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the public keys of access tokens
         * @description Returns a JSON Web Key Set (RFC 7517). Other services verify access tokens with it.
         */
        get: operations["getKeys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/list-sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List your sessions
         * @description Returns the sessions that have not ended, including the current one.
         */
        get: operations["listSessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/revoke-session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End one of your sessions
         * @description Succeeds also if the session does not exist or belongs to somebody else. Only your own sessions are ended.
         */
        post: operations["revokeSession"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/revoke-sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End all of your sessions
         * @description Ends every session of the user, including the current one. Access tokens stay valid until they expire.
         */
        post: operations["revokeSessions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/revoke-other-sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End all of your sessions except this one
         * @description Signs the user out on all other devices. The current session goes on.
         */
        post: operations["revokeOtherSessions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/change-password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change your password
         * @description Sets a new password. The request has to prove the current one. The current session goes on, unless `revokeOtherSessions` replaces it. Logged as `system.password.changed`.
         */
        post: operations["changePassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/change-email": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change your e-mail address
         * @description Sends a link to the new address. The address changes when the link is confirmed (`confirm-email-change`). The response is the same if another account has the address; then the e-mail says so. The old address gets an e-mail, too.
         */
        post: operations["changeEmail"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/confirm-email-change": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm your new e-mail address
         * @description Changes the e-mail address, in a session of the account that has asked for it. The link works once, for one hour. The old address gets a link that undoes the change (`undo-email-change`), if it was confirmed. Links that were sent to the old address stop working. Logged as `profile.updated` and `system.email.changed`.
         */
        post: operations["confirmEmailChange"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/undo-email-change": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Undo a change of the e-mail address
         * @description Gives the account the address back that the link was sent to, also if the address was changed again since. All sessions end, and the password stops working: choose a new one with `resetToken` (`reset-password`). The link works for 7 days. Logged as `profile.updated`, `system.email.changed` and `system.session.ended`.
         */
        post: operations["undoEmailChange"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/passkey/generate-register-options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin to add a passkey
         * @description Returns what `navigator.credentials.create` takes (WebAuthn). Valid for 5 minutes, in this session. Needs the password.
         */
        post: operations["getPasskeyCreation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/passkey/verify-registration": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Add a passkey
         * @description Takes what the browser has made. The passkey signs in without a password and without a code. Logged as `system.factor.changed`.
         */
        post: operations["addPasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/passkey/generate-authenticate-options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Begin to sign in with a passkey
         * @description Returns what `navigator.credentials.get` takes (WebAuthn). Valid once, for 5 minutes.
         */
        get: operations["getPasskeyRequest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/passkey/verify-authentication": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in with a passkey
         * @description Starts a session, as `sign-in/email` does. The device has verified the person, so no password and no code is needed. Logged as `system.login` with the method `passkey`.
         */
        post: operations["signInWithPasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/passkey/list-user-passkeys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List your passkeys
         * @description Returns the passkeys of the account, the oldest first.
         */
        get: operations["listPasskeys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/passkey/update-passkey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rename a passkey
         * @description Changes what it is called in the list. Logged as `system.factor.changed`.
         */
        post: operations["renamePasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/passkey/delete-passkey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Remove a passkey
         * @description It signs in no more. Needs the password, which is left as a way to sign in. Logged as `system.factor.changed`.
         */
        post: operations["removePasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/two-factor/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the state of your second step
         * @description Returns whether two-step verification is on, and how many recovery codes are left.
         */
        get: operations["getSecondStep"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/two-factor/enable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin to set up a second step
         * @description Returns a new secret for an authenticator app. It counts when `two-factor/verify-totp` gets its first code, within one hour.
         */
        post: operations["enableSecondStep"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/two-factor/verify-totp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Turn on the second step
         * @description Takes the first code of the app. From then on each sign-in needs a code. The response has ten recovery codes, which are shown only once. Logged as `system.factor.changed`.
         */
        post: operations["verifySecondStep"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/two-factor/disable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Turn off the second step
         * @description Needs the password and a code. The recovery codes stop working, too. Logged as `system.factor.changed`.
         */
        post: operations["disableSecondStep"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/two-factor/generate-backup-codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Get new recovery codes
         * @description Returns ten new codes in place of the old ones. Needs the password and a code. Logged as `system.factor.changed`.
         */
        post: operations["renewRecoveryCodes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/request-password-reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Request a password reset
         * @description Sends a link to the e-mail address. The response is the same if the address has no account.
         */
        post: operations["requestPasswordReset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/reset-password/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Open the link to reset a password
         * @description The link in the e-mail leads here. The server redirects to `callbackURL` and adds the `token` that `reset-password` takes.
         */
        get: operations["openPasswordReset"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/reset-password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Choose a new password
         * @description Sets the new password and ends all sessions of the user.
         */
        post: operations["resetPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/send-verification-email": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send the link that confirms an e-mail address
         * @description The response is the same if the address has no account or is confirmed already.
         */
        post: operations["sendVerificationEmail"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/verify-email": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Open the link that confirms an e-mail address
         * @description The link in the e-mail leads here. The server stores the token in a cookie and redirects to `callbackURL`. The address is confirmed by the next sign-in in this browser. If `callbackURL` has another origin, the server adds the `token` to it instead; send it to `sign-in/email` as `verificationToken`.
         */
        get: operations["verifyEmail"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Check whether the process is running
         * @description Answers without the database and the storage. For a liveness probe.
         */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Check whether the database and the storage respond
         * @description If `OPERATIONS_PORT` is set, this address is available only on that port.
         */
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me/exports/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List your exports
         * @description Returns your exports of the last 30 days, the newest ones first.
         */
        get: operations["listExports"];
        put?: never;
        /**
         * Ask for an archive of your data
         * @description Starts to build a ZIP file with everything that the server holds of you: a page to read offline (`index.html`), your documents as JSON, your activity as NDJSON, your pictures, and `manifest.json` with the hash of each file. You can ask once in 24 hours. Poll `getExport` until the state is `ready`. Logged as `system.export.requested`.
         */
        post: operations["requestExport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me/exports/{id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the state of an export
         * @description Says how far the archive is, and until when it can be downloaded.
         */
        get: operations["getExport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me/exports/{id}/download/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download an archive of your data
         * @description Returns the ZIP file. It can be downloaded for 24 hours, as often as you like, with a token of the same account. If the transfer fails, it breaks off and never looks complete. Logged as `system.export.downloaded`.
         */
        get: operations["downloadExport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * @example {
         *       "type": "urn:upm:problem:validation_failed",
         *       "title": "Some fields are not valid",
         *       "status": 400,
         *       "detail": "Nothing was saved. Correct the marked fields.",
         *       "code": "validation_failed",
         *       "errors": [
         *         {
         *           "field": "tutor_profile.headline",
         *           "code": "max_length",
         *           "message": "At most 120 characters.",
         *           "params": {
         *             "max": 120
         *           }
         *         }
         *       ]
         *     }
         */
        Problem: {
            /** @description A URN that identifies the kind of problem. */
            type: string;
            /** @description A short name of the problem, in the language of the caller. */
            title: string;
            /** @description The HTTP status. */
            status: number;
            /** @description What is wrong with this request, in the language of the caller. */
            detail: string;
            /** @description The code that programs branch on. docs/errors.md lists all codes. */
            code: string;
            errors?: {
                /** @description The path of the faulty field in the request, such as `tutor_profile.subjects[2]`. */
                field: string;
                /** @description What is wrong with the field. docs/errors.md lists all field codes. */
                code: string;
                /** @description The message to show beside the field, in the language of the caller. */
                message: string;
                params?: {
                    [key: string]: unknown;
                };
            }[];
        };
        User: {
            /**
             * Format: int64
             * @description Read-only.
             */
            id: number;
            /** @description Read-only. Null if another account has confirmed this address. */
            email: string | null;
            first_name: string;
            last_name: string;
            /** @description Read-only. The role in the tokens of the account. */
            role: string;
            /** @description Read-only. */
            is_self_learning: boolean;
        };
        Settings: {
            /** @description A name of the IANA time zone database, in its exact case. `GET /api/timezones/` lists them. */
            timezone: string;
            /** @description A language that `GET /api/languages/` lists. A chosen language is kept when it is removed from the list. */
            ui_language: string;
            notifications_enabled: boolean;
            /** @description Whether everybody can see the public fields of the profile, as long as it has what its type requires. */
            privacy_public_profile: boolean;
        };
        Avatar: {
            /** @description The URL of the 512-pixel file. A new picture gets a new URL. */
            url: string;
            /** @description The URL of each size. The name of a member is the side length in pixels. */
            variants: {
                64: string;
                128: string;
                256: string;
                512: string;
            };
            width: number;
            height: number;
            content_type: string;
            /**
             * Format: int64
             * @description The size of the 512-pixel file in bytes.
             */
            file_size: number;
            /** @description A ThumbHash in base64. Show it while the picture loads. */
            placeholder: string;
        };
        TutorProfile: {
            /**
             * @description Headline
             * @default
             */
            headline: string;
            /**
             * @description About
             * @default
             */
            bio: string;
            /**
             * @description Subjects, by their slugs. `GET /api/subjects/` lists them.
             * @default []
             */
            subjects: string[];
            /**
             * @description Languages of instruction as BCP 47 tags.
             * @default []
             */
            languages: string[];
            /**
             * @description Teaching experience
             * @default null
             */
            experience_years: number | null;
            /**
             * @description Hourly rate
             * @default null
             */
            hourly_rate: {
                /** @description A decimal number ≥ 0, as text so that no digit is lost. At most 10 digits before the point and 4 after it. */
                amount: string;
                /** @description An ISO 4217 code. */
                currency: string;
            } | null;
            /**
             * @description How lessons are held.
             * @default []
             */
            lesson_formats: string[];
        };
        StudentProfile: {
            /**
             * @description Headline
             * @default
             */
            headline: string;
            /**
             * @description About
             * @default
             */
            bio: string;
            /**
             * @description Subjects, by their slugs. `GET /api/subjects/` lists them.
             * @default []
             */
            subjects: string[];
            /**
             * @description Grade
             * @default null
             */
            grade: string | null;
            /**
             * @description Learning goals
             * @default
             */
            learning_goals: string;
        };
        ProfileDocument: {
            /** @enum {string} */
            profile_type: "tutor" | "student";
            user: components["schemas"]["User"];
            avatar_url: string | null;
            avatar: components["schemas"]["Avatar"] | null;
            settings: components["schemas"]["Settings"];
            tutor_profile: components["schemas"]["TutorProfile"] | null;
            student_profile: components["schemas"]["StudentProfile"] | null;
            /**
             * Format: int64
             * @description Rises with every change of the document. The `ETag` header has the same number, in quotes.
             */
            version: number;
            /**
             * Format: date-time
             * @description UTC, always with six decimals of a second.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description UTC, always with six decimals of a second.
             */
            updated_at: string;
        };
        /**
         * @example {
         *       "timezone": "Europe/Kyiv"
         *     }
         */
        SettingsPatch: {
            /**
             * Format: time-zone
             * @description A name of the IANA time zone database, in its exact case. `GET /api/timezones/` lists them.
             */
            timezone?: string;
            /**
             * Format: language-tag
             * @description A language that `GET /api/languages/` lists. A chosen language is kept when it is removed from the list.
             * @enum {string}
             */
            ui_language?: "uk" | "en";
            notifications_enabled?: boolean;
            /** @description Whether everybody can see the public fields of the profile, as long as it has what its type requires. */
            privacy_public_profile?: boolean;
        };
        /**
         * @description A JSON Merge Patch (RFC 7396): fields that you leave out keep their values. Read-only members may be sent unchanged, so a client can send back the whole document.
         * @example {
         *       "user": {
         *         "first_name": "Oleksandr"
         *       },
         *       "tutor_profile": {
         *         "headline": "Mathematics without fear",
         *         "subjects": [
         *           "mathematics",
         *           "algebra"
         *         ],
         *         "hourly_rate": null
         *       },
         *       "settings": {
         *         "timezone": "Europe/Kyiv"
         *       }
         *     }
         */
        ProfilePatch: {
            user?: {
                /** @description Read-only. */
                id?: unknown;
                /** @description Read-only. */
                email?: unknown;
                /** Format: line */
                first_name?: string;
                /** Format: line */
                last_name?: string;
                /** @description Read-only. */
                role?: unknown;
                /** @description Read-only. */
                is_self_learning?: unknown;
            };
            settings?: {
                /**
                 * Format: time-zone
                 * @description A name of the IANA time zone database, in its exact case. `GET /api/timezones/` lists them.
                 */
                timezone?: string;
                /**
                 * Format: language-tag
                 * @description A language that `GET /api/languages/` lists. A chosen language is kept when it is removed from the list.
                 * @enum {string}
                 */
                ui_language?: "uk" | "en";
                notifications_enabled?: boolean;
                /** @description Whether everybody can see the public fields of the profile, as long as it has what its type requires. */
                privacy_public_profile?: boolean;
            };
            tutor_profile?: {
                /**
                 * Format: line
                 * @description Headline
                 */
                headline?: string;
                /**
                 * Format: lines
                 * @description About
                 */
                bio?: string;
                /** @description Subjects, by their slugs. `GET /api/subjects/` lists them. */
                subjects?: string[];
                /** @description Languages of instruction as BCP 47 tags. */
                languages?: string[];
                /** @description Teaching experience */
                experience_years?: number | null;
                /** @description Hourly rate */
                hourly_rate?: {
                    /**
                     * Format: decimal-amount
                     * @description A decimal number ≥ 0, as text so that no digit is lost. At most 10 digits before the point and 4 after it.
                     */
                    amount?: string;
                    /**
                     * Format: currency
                     * @description An ISO 4217 code.
                     */
                    currency?: string;
                } | null;
                /** @description How lessons are held. */
                lesson_formats?: ("online" | "in_person")[];
            } | null;
            student_profile?: {
                /**
                 * Format: line
                 * @description Headline
                 */
                headline?: string;
                /**
                 * Format: lines
                 * @description About
                 */
                bio?: string;
                /** @description Subjects, by their slugs. `GET /api/subjects/` lists them. */
                subjects?: string[];
                /**
                 * Format: line
                 * @description Grade
                 */
                grade?: string | null;
                /**
                 * Format: lines
                 * @description Learning goals
                 */
                learning_goals?: string;
            } | null;
            /** @description Read-only. */
            profile_type?: unknown;
            /** @description Read-only. */
            avatar_url?: unknown;
            /** @description Read-only. */
            avatar?: unknown;
            /** @description Read-only. */
            version?: unknown;
            /** @description Read-only. */
            created_at?: unknown;
            /** @description Read-only. */
            updated_at?: unknown;
        };
        ProfileVisibility: {
            /** @description Whether everybody can see the profile (`GET /api/profiles/{id}/`). */
            shown: boolean;
            /** @description Why the profile is not shown. Empty if it is. */
            reasons: {
                /**
                 * @description `private`: `privacy_public_profile` is off. `incomplete`: the profile lacks what its type requires.
                 * @enum {string}
                 */
                code: "private" | "incomplete";
                /** @description What to change, by the paths in the profile document. `avatar` is the picture, which is uploaded. */
                fields: string[];
            }[];
            /** @description How complete the profile is, in percent, by the weights that its type declares. */
            completeness: number;
            /** @description The address of the public page, also while it is not shown: a URL if the server knows its own address (`PUBLIC_URL`), or a path on this server. Null if the server has no page (`PAGE`). */
            address: string | null;
        };
        /**
         * @description One event in the log. These actions exist:
         *
         *     - `profile.updated` (entity `profile`): Names or fields of a profile changed (`PATCH /api/me/profile/`). Only fields with a new value are listed. Example of the metadata: `{"changed":["first_name","headline"],"changes":{"user":{"old":{"first_name":"Alex"},"new":{"first_name":"Oleksandr"}},"tutor_profile":{"old":{"headline":""},"new":{"headline":"Mathematics without fear"}}}}`
         *     - `profile.upgraded` (entity `profile`): The fields of a profile became those of a newer version of its type, by the `upgrade` that the type declares. `fields` are all its fields after it. Example of the metadata: `{"profile_type":"student","from":1,"to":2,"changed":["grade"],"changes":{"student_profile":{"old":{"grade":"11"},"new":{"grade":"11th"}}},"fields":{"headline":"","bio":"","subjects":[],"grade":"11th","learning_goals":""}}`
         *     - `settings.updated` (entity `settings`): Settings changed (`PATCH /api/me/settings/`, or the section `settings` of `PATCH /api/me/profile/`). Example of the metadata: `{"changed":["timezone"],"before":{"timezone":"UTC"},"after":{"timezone":"Europe/Kyiv"}}`
         *     - `system.profile.initialized` (entity `profile`): The first valid token of a subject created the account, or opened an account of an old database for the first time, or `upm import` brought the account. `initial` is the whole document at that moment. The later entries lead from it to the current document. Example of the metadata: `{"initial":{"profile_type":"tutor","version":1},"source":"token"}`
         *     - `profile.checkpoint` (entity `profile`): Old entries are about to be deleted (`ACTIVITY_RETENTION_DAYS`), and with them the document that the log starts from. `document` is the whole document as it is now: the entries that follow lead on from it. Example of the metadata: `{"document":{"profile_type":"tutor","version":7}}`
         *     - `profile.type_added` (entity `profile`): The account got a profile of another type (`POST /api/me/profiles/`). `fields` are its values at that moment. Example of the metadata: `{"profile_type":"student","fields":{"headline":"","bio":"","subjects":[]}}`
         *     - `profile.type_activated` (entity `profile`): Another profile of the account became the active one (`PATCH /api/me/profiles/active/`). Example of the metadata: `{"profile_type":"student","previous":"tutor"}`
         *     - `profile.type_removed` (entity `profile`): A profile of the account was deleted (`DELETE /api/me/profiles/{type}/`). `fields` are the values that it had. Example of the metadata: `{"profile_type":"student","fields":{"headline":"I like stars","bio":"","subjects":["astronomy"]}}`
         *     - `avatar.uploaded` (entity `avatar`): The user uploaded a picture (`POST /api/me/avatar/`). `previous_url` is the picture that it replaced, if any. Example of the metadata: `{"avatar_url":"/media/avatars/2026/11/user42-3f9c2b7d10e84a5f-512.webp","file_size":32141,"width":512,"height":512}`
         *     - `avatar.deleted` (entity `avatar`): The user removed the picture (`DELETE /api/me/avatar/`). Example of the metadata: `{"previous_url":"/media/avatars/2026/11/user42-3f9c2b7d10e84a5f-512.webp"}`
         *     - `avatar.moved` (entity `avatar`): The picture got a new address because its profile was public and is hidden: the old address shows nothing any more. UPM does this by itself. Example of the metadata: `{"avatar_url":"/media/avatars/2026/11/user42-91d0e7a2c45b8f63-512.webp","previous_url":"/media/avatars/2026/11/user42-3f9c2b7d10e84a5f-512.webp"}`
         *     - `invite.sent` (entity `invite`): The user sent an invitation. UPM itself writes this action only in demo data. Example of the metadata: `{"channel":"email","to":"friend@example.com"}`
         *     - `system.email.changed` (entity `system`): The e-mail of the account changed. The `profile.updated` entry written at the same time has the old and the new address. Example of the metadata: `{}`
         *     - `system.identity.linked` (entity `system`): The account can be opened with another identity, too: the person linked it (`POST /api/me/identities/`), or came with a token of a new issuer that confirms the e-mail address (`AUTH_LINK_VERIFIED_EMAIL`). Example of the metadata: `{"issuer":"https://id.example.com/","identity_id":108,"source":"token"}`
         *     - `system.identity.unlinked` (entity `system`): The account can no longer be opened with this identity (`DELETE /api/me/identities/{id}/`). Example of the metadata: `{"issuer":"https://id.example.com/","identity_id":108}`
         *     - `system.account.leaving` (entity `system`): The account is to be deleted (`DELETE /api/me/`, or `upm account erase`): it was hidden at once, and its sessions ended. `erase_at` is when it will be deleted for good. The document and the settings stay as they are until then. Example of the metadata: `{"erase_at":"2026-12-15T10:00:00.000000Z"}`
         *     - `system.account.restored` (entity `system`): The account was restored before it was deleted (`POST /api/me/restore/`). Example of the metadata: `{}`
         *     - `system.login` (entity `system`): The user signed in. Example of the metadata: `{"method":"password","new_device":true}`
         *     - `system.login.failed` (entity `system`): Somebody tried to sign in with a wrong password. One entry stands for all attempts within an hour. Example of the metadata: `{"method":"password"}`
         *     - `system.password.changed` (entity `system`): The signed-in user changed the password and gave the old one. Example of the metadata: `{}`
         *     - `system.password.reset` (entity `system`): The user chose a new password through the link in an e-mail. All sessions ended. Example of the metadata: `{}`
         *     - `system.factor.changed` (entity `system`): A second step, its recovery codes or a passkey was added, removed or renewed, or a recovery code was used. Example of the metadata: `{"factor":"totp","change":"added"}`
         *     - `system.session.ended` (entity `system`): One or more sessions ended: the user signed out, ended them in the list of sessions, or changed the password. Example of the metadata: `{"count":1}`
         *     - `system.export.requested` (entity `system`): The user asked for an archive of their data (`POST /api/me/exports/`). Example of the metadata: `{}`
         *     - `system.export.downloaded` (entity `system`): The archive of the user’s data was downloaded (`GET /api/me/exports/{id}/download/`). Example of the metadata: `{}`
         */
        ActivityEntry: {
            /** Format: uuid */
            id: string;
            /** @description The code of what happened. */
            action: string;
            /** @description The kind of entity that the event is about. */
            entity_type: string | null;
            /** @description The id of the entity, always as text. */
            entity_id: string | null;
            /** @description Facts about the event. The description of `ActivityEntry` shows them for each action. */
            metadata: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @description UTC with microseconds. It can be sent as `before` or `after` without loss of precision.
             */
            timestamp: string;
            /** @description The address that the request came from. After some months it is the network of the address: `203.0.113.0/24`. Null if no request caused the event. */
            ip_address: string | null;
            /** @description The `User-Agent` header of the request, at most 1,024 characters. After some months it is the name of the browser: `Firefox`. */
            user_agent: string | null;
            /** @description Who acted. Null: the user or UPM itself. */
            actor: {
                /** @enum {string} */
                kind: "service" | "issuer" | "operator";
                /** @description Identifies the actor. For a service: the subject of its token. */
                id: string;
            } | null;
        };
        ActivityBatchEntry: {
            /**
             * Format: uuid
             * @description The id that the sender gives the entry. An id that is already in the log adds nothing.
             */
            id: string;
            /**
             * Format: int64
             * @description The user in whose log the entry appears. Null for an event that belongs to no user.
             */
            user_id: number | null;
            /**
             * @description An action that services may log. All other actions are refused as `reserved`.
             * @enum {string}
             */
            action: "invite.sent";
            /**
             * Format: line
             * @description The kind of entity. Default: the one that the action declares.
             */
            entity_type?: string;
            /** @description The id of the entity. It is stored as text. Default: the user's id. */
            entity_id?: string | number;
            /** @description Facts about the event, in the form that the action declares (see `ActivityEntry`). At most 16384 bytes as compact JSON in UTF-8, at most 32 levels deep, and whole numbers within ±(2^53 − 1). */
            metadata?: {
                [key: string]: unknown;
            };
        };
        ActivityReceipt: {
            /**
             * Format: int64
             * @description The number of new entries.
             */
            accepted: number;
            /**
             * Format: int64
             * @description The number of entries whose id was received before, in this batch or in an earlier one.
             */
            duplicates: number;
        };
        ActivitySummary: {
            /** @description Your time zone. It defines where a day starts. */
            timezone: string;
            /**
             * @description `counted_in_utc`: this server does not know your time zone (any more), so the days are days in UTC. Absent in all other cases.
             * @enum {string}
             */
            note?: "counted_in_utc";
            /** Format: date */
            from: string;
            /** Format: date */
            to: string;
            /** @description The days that have entries, earliest first. */
            days: {
                /** Format: date */
                date: string;
                /** Format: int64 */
                count: number;
                /** @description How many entries each action has. */
                actions: {
                    [key: string]: number;
                };
            }[];
        };
        /** @description The public part of a profile: the name, the picture, and the public fields of each profile type. It never has the e-mail address, the settings or any times. */
        PublicProfile: {
            /** Format: int64 */
            id: number;
            first_name: string;
            last_name: string;
            /** @enum {string} */
            profile_type: "tutor" | "student";
            avatar_url: string | null;
            avatar: components["schemas"]["Avatar"] | null;
            tutor_profile: {
                /**
                 * @description Headline
                 * @default
                 */
                headline: string;
                /**
                 * @description About
                 * @default
                 */
                bio: string;
                /**
                 * @description Subjects, by their slugs. `GET /api/subjects/` lists them.
                 * @default []
                 */
                subjects: string[];
                /**
                 * @description Languages of instruction as BCP 47 tags.
                 * @default []
                 */
                languages: string[];
                /**
                 * @description Teaching experience
                 * @default null
                 */
                experience_years: number | null;
                /**
                 * @description Hourly rate
                 * @default null
                 */
                hourly_rate: {
                    /** @description A decimal number ≥ 0, as text so that no digit is lost. At most 10 digits before the point and 4 after it. */
                    amount: string;
                    /** @description An ISO 4217 code. */
                    currency: string;
                } | null;
                /**
                 * @description How lessons are held.
                 * @default []
                 */
                lesson_formats: string[];
            } | null;
            student_profile: {
                /**
                 * @description Headline
                 * @default
                 */
                headline: string;
                /**
                 * @description About
                 * @default
                 */
                bio: string;
                /**
                 * @description Subjects, by their slugs. `GET /api/subjects/` lists them.
                 * @default []
                 */
                subjects: string[];
            } | null;
        };
        /** @description A JSON Schema with the annotations of docs/profile-types.md. Other keywords are possible. */
        FieldSchema: {
            type?: string | string[];
            format?: string;
            enum?: unknown[];
            pattern?: string;
            minLength?: number;
            /** @description In Unicode code points, after normalization. */
            maxLength?: number;
            minimum?: number;
            maximum?: number;
            items?: components["schemas"]["FieldSchema"];
            minItems?: number;
            maxItems?: number;
            uniqueItems?: boolean;
            properties?: {
                [key: string]: components["schemas"]["FieldSchema"];
            };
            required?: string[];
            /** @description The value of the field before anybody has written it. */
            default?: unknown;
            description?: string;
            "x-labels"?: {
                uk: string;
                en: string;
            };
            "x-hints"?: {
                uk: string;
                en: string;
            };
            "x-example"?: {
                uk: string;
                en: string;
            };
            "x-suffix"?: {
                uk: string;
                en: string;
            };
            /**
             * @description The kind of input. A newer server may know more of them: draw those by the `type`.
             * @enum {string}
             */
            "x-widget"?: "line" | "text" | "integer" | "flag" | "choice" | "choices" | "subjects" | "languages" | "money" | "list" | "object";
            /** @description The label of each value of a choice. */
            "x-options"?: {
                [key: string]: {
                    uk: string;
                    en: string;
                };
            };
            /** @description The values of a catalogue that has no address of its own. */
            "x-values"?: string[];
            /** @description Whether everybody can see the field once the profile is public. */
            "x-public"?: boolean;
        } & {
            [key: string]: unknown;
        };
        /**
         * @example {
         *       "id": 107,
         *       "issuer": "https://login.example.com/",
         *       "subject": "auth0|66f1c0ffee",
         *       "created_at": "2026-11-22T10:12:38.223417Z"
         *     }
         */
        Identity: {
            /** @description The number of the identity. */
            id: number;
            /** @description Whose tokens open the account; `built-in` is the sign-in of this server. */
            issuer: string;
            /** @description Whom these tokens name. */
            subject: string;
            /**
             * Format: date-time
             * @description Since when.
             */
            created_at: string;
        };
        /**
         * @example {
         *       "state": "leaving",
         *       "erase_at": "2026-12-15T10:00:00.000000Z"
         *     }
         */
        AccountState: {
            /**
             * @description `leaving`: the account is to be deleted.
             * @enum {string}
             */
            state: "active" | "leaving";
            /**
             * Format: date-time
             * @description When the account will be deleted for good. Until then it can be restored. Null: it stays.
             */
            erase_at: string | null;
        };
        DataExport: {
            /** @description The id of the export (UUID). */
            id: string;
            /**
             * @description What became of the request. Only an archive that is `ready` can be downloaded. After `failed` you can ask again at once.
             * @enum {string}
             */
            state: "queued" | "running" | "ready" | "failed" | "expired";
            /** @description How much of the archive is written. An estimate while it is `running`. */
            percent: number;
            /** @description When the archive is deleted (ISO 8601, UTC). Null: it is not ready. */
            expires_at: string | null;
        };
        StartedDataExport: {
            /** @description The id of the export (UUID). */
            id: string;
            /** @enum {string} */
            state: "queued";
        };
        /**
         * @example {
         *       "id": "019aab5d-7c10-7d32-a1c4-1f0e9b6a2d55",
         *       "email": "alex@example.com",
         *       "emailVerified": false,
         *       "name": "Alex Koval",
         *       "image": null,
         *       "role": "tutor",
         *       "createdAt": "2026-11-22T10:12:01.872Z",
         *       "updatedAt": "2026-11-22T10:12:01.872Z"
         *     }
         */
        SignInUser: {
            /** @description The `sub` of the access tokens. It differs from `user.id` in the profile. */
            id: string;
            email: string;
            /** @description Whether the user has proven that they own this e-mail address. */
            emailVerified: boolean;
            /** @description The name given at sign-up. The profile has the current name. */
            name: string;
            /** @description Always null. The profile has the picture. */
            image: string | null;
            /** @description The role chosen at sign-up. */
            role: string;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
        };
        /**
         * @example {
         *       "id": "019aab5e-0a4f-7b21-93d6-5e8c7f1a0b94",
         *       "userId": "019aab5d-7c10-7d32-a1c4-1f0e9b6a2d55",
         *       "ipAddress": "203.0.113.7",
         *       "userAgent": "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
         *       "createdAt": "2026-11-22T10:12:38.223Z",
         *       "updatedAt": "2026-11-22T10:12:38.223Z",
         *       "expiresAt": "2026-11-29T10:12:38.223Z"
         *     }
         */
        SignInSession: {
            /** @description The id of the session. Send it to `revoke-session` to end the session. */
            id: string;
            /** @description The `id` of the user. */
            userId: string;
            /** @description The IP address that the user signed in from. */
            ipAddress: string | null;
            /** @description The `User-Agent` header of the sign-in. */
            userAgent: string | null;
            /**
             * Format: date-time
             * @description When the user signed in.
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description When the session was last used, to within an hour.
             */
            updatedAt: string;
            /**
             * Format: date-time
             * @description When the session ends. Each hour of use extends it to one week from then, but never beyond 30 days after the sign-in.
             */
            expiresAt: string;
        };
        SignInProblem: {
            /** @description A URN that identifies the kind of problem. */
            type: string;
            /** @description A short name of the problem, in the language of the caller. */
            title: string;
            /** @description The HTTP status. */
            status: number;
            /** @description What is wrong with this request, in the language of the caller. */
            detail: string;
            /** @description The code that programs branch on. docs/errors.md lists all codes. */
            code: string;
            errors?: {
                /** @description The path of the faulty field in the request, such as `tutor_profile.subjects[2]`. */
                field: string;
                /** @description What is wrong with the field. docs/errors.md lists all field codes. */
                code: string;
                /** @description The message to show beside the field, in the language of the caller. */
                message: string;
                params?: {
                    [key: string]: unknown;
                };
            }[];
            /** @description For clients of Better Auth: its own message if the code is from Better Auth, otherwise the same as `detail`. */
            message: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getProfile: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description An `ETag` from an earlier response. The server answers 304 if it is still current.
                 * @example "7"
                 */
                "if-none-match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The document. */
            200: {
                headers: {
                    /**
                     * @description The version of the document.
                     * @example "7"
                     */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProfileDocument"];
                };
            };
            /** @description The content has not changed since the given `ETag`. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    /**
                     * @description The challenge of RFC 6750.
                     * @example Bearer error="invalid_token"
                     */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchProfile: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the version that you are changing. The server answers 412 if it is no longer current.
                 * @example "7"
                 */
                "if-match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProfilePatch"];
                "application/merge-patch+json": components["schemas"]["ProfilePatch"];
            };
        };
        responses: {
            /** @description The whole new document. */
            200: {
                headers: {
                    /**
                     * @description The version of the document.
                     * @example "7"
                     */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProfileDocument"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    /**
                     * @description The challenge of RFC 6750.
                     * @example Bearer error="invalid_token"
                     */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Precondition Failed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported Media Type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getProfileVisibility: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description An `ETag` from an earlier response. The server answers 304 if it is still current.
                 * @example "7"
                 */
                "if-none-match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The visibility of the profile. */
            200: {
                headers: {
                    /**
                     * @description A hash of the response body, in a compressed response with the name of the coding.
                     * @example "Yk3v0mT5cF1xq8Zr2sWb7A"
                     */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProfileVisibility"];
                };
            };
            /** @description The content has not changed since the given `ETag`. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    /**
                     * @description The challenge of RFC 6750.
                     * @example Bearer error="invalid_token"
                     */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSettings: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description An `ETag` from an earlier response. The server answers 304 if it is still current.
                 * @example "7"
                 */
                "if-none-match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The settings. */
            200: {
                headers: {
                    /**
                     * @description The version of the document.
                     * @example "7"
                     */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Settings"];
                };
            };
            /** @description The content has not changed since the given `ETag`. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    /**
                     * @description The challenge of RFC 6750.
                     * @example Bearer error="invalid_token"
                     */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchSettings: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the version that you are changing. The server answers 412 if it is no longer current.
                 * @example "7"
                 */
                "if-match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SettingsPatch"];
                "application/merge-patch+json": components["schemas"]["SettingsPatch"];
            };
        };
        responses: {
            /** @description The new settings. */
            200: {
                headers: {
                    /**
                     * @description The version of the document.
                     * @example "7"
                     */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Settings"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    /**
                     * @description The challenge of RFC 6750.
                     * @example Bearer error="invalid_token"
                     */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Precondition Failed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported Media Type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addProfile: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the version that you are changing. The server answers 412 if it is no longer current.
                 * @example "7"
                 */
                "if-match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "profile_type": "student"
                 *     }
                 */
                "application/json": {
                    /**
                     * @description The name of a profile type.
                     * @enum {string}
                     */
                    profile_type: "tutor" | "student";
                };
            };
        };
        responses: {
            /** @description The whole new document. */
            201: {
                headers: {
                    /**
                     * @description The version of the document.
                     * @example "7"
                     */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProfileDocument"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    /**
                     * @description The challenge of RFC 6750.
                     * @example Bearer error="invalid_token"
                     */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Precondition Failed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported Media Type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    activateProfile: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the version that you are changing. The server answers 412 if it is no longer current.
                 * @example "7"
                 */
                "if-match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "profile_type": "student"
                 *     }
                 */
                "application/json": {
                    /**
                     * @description The name of a profile type.
                     * @enum {string}
                     */
                    profile_type: "tutor" | "student";
                };
            };
        };
        responses: {
            /** @description The whole document. */
            200: {
                headers: {
                    /**
                     * @description The version of the document.
                     * @example "7"
                     */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProfileDocument"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    /**
                     * @description The challenge of RFC 6750.
                     * @example Bearer error="invalid_token"
                     */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Precondition Failed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported Media Type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteProfile: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the version that you are changing. The server answers 412 if it is no longer current.
                 * @example "7"
                 */
                "if-match"?: string;
            };
            path: {
                /**
                 * @description The name of the profile type.
                 * @example student
                 */
                type: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Your account has no profile of this type now. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    /**
                     * @description The challenge of RFC 6750.
                     * @example Bearer error="invalid_token"
                     */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Precondition Failed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported Media Type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    uploadAvatar: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    /**
                     * Format: binary
                     * @description The picture file.
                     */
                    avatar: string;
                    /**
                     * @description The left edge of the square, in pixels of the upright picture. Send all three crop fields or none.
                     * @example 120
                     */
                    crop_x?: number;
                    /**
                     * @description The top edge of the square.
                     * @example 40
                     */
                    crop_y?: number;
                    /**
                     * @description The side of the square.
                     * @example 800
                     */
                    crop_size?: number;
                };
            };
        };
        responses: {
            /** @description The new picture. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        avatar_url: string;
                        avatar: components["schemas"]["Avatar"];
                    };
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    /**
                     * @description The challenge of RFC 6750.
                     * @example Bearer error="invalid_token"
                     */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported Media Type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteAvatar: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description You have no picture now. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    /**
                     * @description The challenge of RFC 6750.
                     * @example Bearer error="invalid_token"
                     */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported Media Type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listActivity: {
        parameters: {
            query?: {
                /**
                 * @description The number of entries in a page.
                 * @example 20
                 */
                limit?: number;
                /**
                 * @description Where the page starts. Take it from the `Link` header of the previous page.
                 * @example MjAyNi0xMS0yMlQxMDoxNTozMi4wMDQyMTFaIDAxOWFhYjVlLTJmM2MtN2MxZS05ZDUzLTBhNGY2YmUxYzJkNw
                 */
                cursor?: string;
                /**
                 * @description Only entries earlier than this instant. ISO 8601 with an offset or `Z`, at most microseconds.
                 * @example 2026-11-22T10:15:32.004211Z
                 */
                before?: string;
                /**
                 * @description Only entries later than this instant. The same format as `before`.
                 * @example 2026-11-01T00:00:00Z
                 */
                after?: string;
                /**
                 * @description Only these actions: one code, several codes separated by commas, or a family such as `avatar.*`.
                 * @example profile.updated,avatar.*
                 */
                action?: string;
                /**
                 * @description Only entries about this kind of entity.
                 * @example profile
                 */
                entity_type?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    /**
                     * @description `<…>; rel="next"`: the address of the next page. Absent on the last page.
                     * @example </api/me/activity/?limit=20&cursor=MjAyNi0xMS0yMlQxMDoxNTozMi4wMDQyMTFaIDAxOWFhYjVlLTJmM2MtN2MxZS05ZDUzLTBhNGY2YmUxYzJkNw>; rel="next"
                     */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ActivityEntry"][];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    /**
                     * @description The challenge of RFC 6750.
                     * @example Bearer error="invalid_token"
                     */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Acceptable */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportActivityNdjson: {
        parameters: {
            query?: {
                /**
                 * @description Only entries earlier than this instant. ISO 8601 with an offset or `Z`, at most microseconds.
                 * @example 2026-11-22T10:15:32.004211Z
                 */
                before?: string;
                /**
                 * @description Only entries later than this instant. The same format as `before`.
                 * @example 2026-11-01T00:00:00Z
                 */
                after?: string;
                /**
                 * @description Only these actions: one code, several codes separated by commas, or a family such as `avatar.*`.
                 * @example profile.updated,avatar.*
                 */
                action?: string;
                /**
                 * @description Only entries about this kind of entity.
                 * @example profile
                 */
                entity_type?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The whole selection. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /** @example {"id":"019aab5e-2f3c-7c1e-9d53-0a4f6be1c2d7","action":"settings.updated","entity_type":"settings","entity_id":"42","metadata":{"changed":["timezone"],"before":{"timezone":"UTC"},"after":{"timezone":"Europe/Kyiv"}},"timestamp":"2026-11-22T10:15:32.004211Z","ip_address":"203.0.113.7","user_agent":"Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0","actor":null} */
                    "application/x-ndjson": string;
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    /**
                     * @description The challenge of RFC 6750.
                     * @example Bearer error="invalid_token"
                     */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportActivityCsv: {
        parameters: {
            query?: {
                /**
                 * @description Only entries earlier than this instant. ISO 8601 with an offset or `Z`, at most microseconds.
                 * @example 2026-11-22T10:15:32.004211Z
                 */
                before?: string;
                /**
                 * @description Only entries later than this instant. The same format as `before`.
                 * @example 2026-11-01T00:00:00Z
                 */
                after?: string;
                /**
                 * @description Only these actions: one code, several codes separated by commas, or a family such as `avatar.*`.
                 * @example profile.updated,avatar.*
                 */
                action?: string;
                /**
                 * @description Only entries about this kind of entity.
                 * @example profile
                 */
                entity_type?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The whole selection. */
            200: {
                headers: {
                    /**
                     * @description The name of the file.
                     * @example attachment; filename="activity.csv"
                     */
                    "Content-Disposition"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example id,action,entity_type,entity_id,metadata,timestamp,ip_address,user_agent,actor
                     *     019aab5e-2f3c-7c1e-9d53-0a4f6be1c2d7,settings.updated,settings,42,"{""changed"": [""timezone""], ""before"": {""timezone"": ""UTC""}, ""after"": {""timezone"": ""Europe/Kyiv""}}",2026-11-22T10:15:32.004211Z,203.0.113.7,Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0,
                     */
                    "text/csv": string;
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    /**
                     * @description The challenge of RFC 6750.
                     * @example Bearer error="invalid_token"
                     */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getActivitySummary: {
        parameters: {
            query?: {
                /**
                 * @description The first day, in your time zone. Default: the first day of the 366 days that end with `to`.
                 * @example 2025-11-25
                 */
                from?: string;
                /**
                 * @description The last day, included in the counts. Default: today, in your time zone.
                 * @example 2026-11-25
                 */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The counts. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ActivitySummary"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    /**
                     * @description The challenge of RFC 6750.
                     * @example Bearer error="invalid_token"
                     */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postActivity: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example [
                 *       {
                 *         "id": "019aab60-51d2-7b3a-8f07-6c1de5a4b920",
                 *         "user_id": 42,
                 *         "action": "invite.sent",
                 *         "entity_type": "invite",
                 *         "entity_id": "1871",
                 *         "metadata": {
                 *           "channel": "email",
                 *           "to": "friend@example.com"
                 *         }
                 *       },
                 *       {
                 *         "id": "019aab60-51d3-7e10-b6a5-2f9c07d8e431",
                 *         "user_id": null,
                 *         "action": "invite.sent"
                 *       }
                 *     ]
                 */
                "application/json": components["schemas"]["ActivityBatchEntry"][];
            };
        };
        responses: {
            /** @description How many entries were new. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "accepted": 2,
                     *       "duplicates": 0
                     *     }
                     */
                    "application/json": components["schemas"]["ActivityReceipt"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    /**
                     * @description The challenge of RFC 6750.
                     * @example Bearer error="invalid_token"
                     */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported Media Type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPublicProfile: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description An `ETag` from an earlier response. The server answers 304 if it is still current.
                 * @example "7"
                 */
                "if-none-match"?: string;
            };
            path: {
                /**
                 * @description The `user.id` of the account.
                 * @example 42
                 */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The public profile. */
            200: {
                headers: {
                    /**
                     * @description A hash of the response body, in a compressed response with the name of the coding.
                     * @example "Yk3v0mT5cF1xq8Zr2sWb7A"
                     */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PublicProfile"];
                };
            };
            /** @description The content has not changed since the given `ETag`. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    previewPublicProfile: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description An `ETag` from an earlier response. The server answers 304 if it is still current.
                 * @example "7"
                 */
                "if-none-match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Your public profile. */
            200: {
                headers: {
                    /**
                     * @description A hash of the response body, in a compressed response with the name of the coding.
                     * @example "Yk3v0mT5cF1xq8Zr2sWb7A"
                     */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PublicProfile"];
                };
            };
            /** @description The content has not changed since the given `ETag`. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    /**
                     * @description The challenge of RFC 6750.
                     * @example Bearer error="invalid_token"
                     */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listProfileTypes: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description An `ETag` from an earlier response. The server answers 304 if it is still current.
                 * @example "7"
                 */
                "if-none-match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The profile types. */
            200: {
                headers: {
                    /**
                     * @description A hash of the response body, in a compressed response with the name of the coding.
                     * @example "Yk3v0mT5cF1xq8Zr2sWb7A"
                     */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "name": "tutor",
                     *         "section": "tutor_profile",
                     *         "labels": {
                     *           "uk": "Репетитор",
                     *           "en": "Tutor"
                     *         },
                     *         "schema": {
                     *           "type": "object",
                     *           "properties": {
                     *             "headline": {
                     *               "type": "string",
                     *               "maxLength": 120,
                     *               "default": "",
                     *               "description": "Headline",
                     *               "x-labels": {
                     *                 "uk": "Одним реченням",
                     *                 "en": "Headline"
                     *               },
                     *               "x-example": {
                     *                 "uk": "Готую до НМТ з математики, навіть з нуля",
                     *                 "en": "Exam maths made clear, even from scratch"
                     *               },
                     *               "x-widget": "line",
                     *               "x-public": true
                     *             }
                     *           }
                     *         },
                     *         "version": 1,
                     *         "required": [
                     *           "photo",
                     *           "headline"
                     *         ],
                     *         "completeness": [
                     *           {
                     *             "field": "photo",
                     *             "weight": 20,
                     *             "from": 1
                     *           },
                     *           {
                     *             "field": "headline",
                     *             "weight": 15,
                     *             "from": 1
                     *           }
                     *         ],
                     *         "groups": [
                     *           {
                     *             "name": "about",
                     *             "labels": {
                     *               "uk": "Коротко про вас",
                     *               "en": "About you"
                     *             },
                     *             "fields": [
                     *               "headline"
                     *             ]
                     *           }
                     *         ]
                     *       }
                     *     ]
                     */
                    "application/json": {
                        name: string;
                        /** @description The member of the profile document that holds the fields. */
                        section: string;
                        /** @description The version of the declaration. It rises where stored fields have become others. */
                        version: number;
                        labels: {
                            uk: string;
                            en: string;
                        };
                        /** @description What a button says that adds a profile of this type: `I also learn`. Absent: the name of the type. */
                        add_labels?: {
                            uk: string;
                            en: string;
                        };
                        /** @description The roles that may add a profile of this type. Absent: every role. */
                        addable_by?: string[];
                        /** @description The JSON Schema of the fields. */
                        schema: {
                            /** @enum {string} */
                            type: "object";
                            /** @description The fields by their names, in the order of a form. */
                            properties: {
                                [key: string]: components["schemas"]["FieldSchema"];
                            };
                        };
                        /** @description What a profile must have before it can be published. */
                        required: string[];
                        /** @description What each field adds to the completeness of a profile. */
                        completeness: {
                            /** @description A field of the section, or `photo`, `first_name`, `last_name`. */
                            field: string;
                            /** @description Relative to the other weights of the type. */
                            weight: number;
                            /** @description The field counts from so many Unicode code points of a text, or items of a list. */
                            from: number;
                        }[];
                        /** @description The parts of the form, in their order. Each field is in exactly one. */
                        groups: {
                            name: string;
                            labels: {
                                uk: string;
                                en: string;
                            };
                            fields: string[];
                        }[];
                    }[];
                };
            };
            /** @description The content has not changed since the given `ETag`. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSubjects: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description An `ETag` from an earlier response. The server answers 304 if it is still current.
                 * @example "7"
                 */
                "if-none-match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The subjects. */
            200: {
                headers: {
                    /**
                     * @description A hash of the response body, in a compressed response with the name of the coding.
                     * @example "Yk3v0mT5cF1xq8Zr2sWb7A"
                     */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "slug": "mathematics",
                     *         "labels": {
                     *           "uk": "Математика",
                     *           "en": "Mathematics"
                     *         },
                     *         "synonyms": [
                     *           "math",
                     *           "матан"
                     *         ],
                     *         "popular": true
                     *       }
                     *     ]
                     */
                    "application/json": {
                        slug: string;
                        labels: {
                            uk: string;
                            en: string;
                        };
                        /** @description Other words for it, in any language: abbreviations, exams, everyday names. */
                        synonyms: string[];
                        /** @description Whether many people look for it. */
                        popular: boolean;
                    }[];
                };
            };
            /** @description The content has not changed since the given `ETag`. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listLanguages: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description An `ETag` from an earlier response. The server answers 304 if it is still current.
                 * @example "7"
                 */
                "if-none-match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The languages. */
            200: {
                headers: {
                    /**
                     * @description A hash of the response body, in a compressed response with the name of the coding.
                     * @example "Yk3v0mT5cF1xq8Zr2sWb7A"
                     */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "code": "uk",
                     *         "label": "Українська"
                     *       }
                     *     ]
                     */
                    "application/json": {
                        code: string;
                        label: string;
                    }[];
                };
            };
            /** @description The content has not changed since the given `ETag`. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTimeZones: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description An `ETag` from an earlier response. The server answers 304 if it is still current.
                 * @example "7"
                 */
                "if-none-match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The time zones. */
            200: {
                headers: {
                    /**
                     * @description A hash of the response body, in a compressed response with the name of the coding.
                     * @example "Yk3v0mT5cF1xq8Zr2sWb7A"
                     */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "name": "Europe/Kiev",
                     *         "offset": "+02:00",
                     *         "canonical": "Europe/Kyiv"
                     *       }
                     *     ]
                     */
                    "application/json": {
                        name: string;
                        /** @description The current offset from UTC. */
                        offset: string;
                        /** @description The canonical name of the zone. */
                        canonical: string;
                    }[];
                };
            };
            /** @description The content has not changed since the given `ETag`. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listIdentities: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The identities. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "id": 107,
                     *         "issuer": "https://login.example.com/",
                     *         "subject": "auth0|66f1c0ffee",
                     *         "created_at": "2026-11-22T10:12:38.223417Z"
                     *       },
                     *       {
                     *         "id": 108,
                     *         "issuer": "https://login.example.com/",
                     *         "subject": "google-oauth2|1083",
                     *         "created_at": "2026-11-29T08:30:00.104512Z"
                     *       }
                     *     ]
                     */
                    "application/json": components["schemas"]["Identity"][];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    /**
                     * @description The challenge of RFC 6750.
                     * @example Bearer error="invalid_token"
                     */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    linkIdentity: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "token": "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.e30.MEUC"
                 *     }
                 */
                "application/json": {
                    /** @description An access token of the other identity, as its issuer gives it. */
                    token: string;
                };
            };
        };
        responses: {
            /** @description The identity was linked already. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 107,
                     *       "issuer": "https://login.example.com/",
                     *       "subject": "auth0|66f1c0ffee",
                     *       "created_at": "2026-11-22T10:12:38.223417Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Identity"];
                };
            };
            /** @description The identity is linked. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 108,
                     *       "issuer": "https://login.example.com/",
                     *       "subject": "google-oauth2|1083",
                     *       "created_at": "2026-11-29T08:30:00.104512Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Identity"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    /**
                     * @description The challenge of RFC 6750.
                     * @example Bearer error="invalid_token"
                     */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported Media Type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unlinkIdentity: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The `id` of the identity.
                 * @example 108
                 */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The identity is unlinked. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    /**
                     * @description The challenge of RFC 6750.
                     * @example Bearer error="invalid_token"
                     */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported Media Type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAccount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The state of the account. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountState"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    /**
                     * @description The challenge of RFC 6750.
                     * @example Bearer error="invalid_token"
                     */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteAccount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "confirm": "alex@example.com"
                 *     }
                 */
                "application/json": {
                    /** @description The e-mail address of the account, without regard to case. If the account has no address: its id (`user.id`). */
                    confirm: string;
                };
            };
        };
        responses: {
            /** @description The account is to be deleted. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * Format: date-time
                         * @description When the account will be deleted for good.
                         */
                        erase_at: string;
                    };
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    /**
                     * @description The challenge of RFC 6750.
                     * @example Bearer error="invalid_token"
                     */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported Media Type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Locked */
            423: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    restoreAccount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The state of the account. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountState"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    /**
                     * @description The challenge of RFC 6750.
                     * @example Bearer error="invalid_token"
                     */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported Media Type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signUp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Alex Koval",
                 *       "email": "alex@example.com",
                 *       "password": "correct horse",
                 *       "role": "tutor"
                 *     }
                 */
                "application/json": {
                    /**
                     * Format: line
                     * @description First and last name, separated by the first space. Each has at most 150 characters.
                     */
                    name: string;
                    /** Format: email */
                    email: string;
                    /** @description May contain any characters, including spaces. */
                    password: string;
                    /**
                     * @description What the user signs up as. Default: `student`. It cannot be changed later.
                     * @enum {string}
                     */
                    role?: "tutor" | "student";
                    /**
                     * Format: uri-reference
                     * @description Where the link in the e-mail leads in the end. A path on this server, or an address of an origin that the server trusts.
                     */
                    callbackURL?: string;
                    /** @description The `invitation` parameter of an invitation link. It is valid only for the e-mail address that was invited. If the invitation has a role, the account gets that role. Required if only invited people can sign up. */
                    invitation?: string;
                };
            };
        };
        responses: {
            /** @description The account. The response looks the same if the address was taken. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "token": null,
                     *       "user": {
                     *         "id": "019aab5d-7c10-7d32-a1c4-1f0e9b6a2d55",
                     *         "email": "alex@example.com",
                     *         "emailVerified": false,
                     *         "name": "Alex Koval",
                     *         "image": null,
                     *         "role": "tutor",
                     *         "createdAt": "2026-11-22T10:12:01.872Z",
                     *         "updatedAt": "2026-11-22T10:12:01.872Z"
                     *       }
                     *     }
                     */
                    "application/json": {
                        token: null;
                        user: components["schemas"]["SignInUser"];
                    };
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Unsupported Media Type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
        };
    };
    signIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "alex@example.com",
                 *       "password": "correct horse"
                 *     }
                 */
                "application/json": {
                    /** Format: email */
                    email: string;
                    password: string;
                    /** @description `false`: the session ends within a day, and its cookie when the browser closes. */
                    rememberMe?: boolean;
                    /**
                     * Format: uri-reference
                     * @description Where the client goes next. The response returns it as `url`. A path on this server, or an address of an origin that the server trusts.
                     */
                    callbackURL?: string;
                    /** @description The time zone of the device, such as `Europe/Kyiv`. An account that is made by this sign-in, its first one, begins with it. Otherwise, and if the server does not know the zone, it has no effect. */
                    timezone?: string;
                    /** @description The language of the page, such as `uk`. An account that is made by this sign-in begins with it, if `GET /api/languages/` lists it. */
                    language?: string;
                    /** @description `true`: the response has a session token and sets no session cookie. Apps and pages of other origins send it as a Bearer token. Otherwise the response only sets the cookie. */
                    sessionToken?: boolean;
                    /**
                     * @description If the account has a second step: the code of the app, or a recovery code. Without it the response is 403 `second_factor_required`, and no session starts.
                     * @example 492039
                     */
                    code?: string;
                    /** @description `true`: this browser needs no code for the next 30 days, until the password changes. Needs cookies. */
                    trustDevice?: boolean;
                    /** @description The `token` of the confirmation link. Pages of this server need not send it, because a cookie has it. */
                    verificationToken?: string;
                };
            };
        };
        responses: {
            /** @description The session, as the cookie `upm.session_token` (with HTTPS `__Host-upm.session_token`) or as a token. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "token": null,
                     *       "redirect": false,
                     *       "user": {
                     *         "id": "019aab5d-7c10-7d32-a1c4-1f0e9b6a2d55",
                     *         "email": "alex@example.com",
                     *         "emailVerified": false,
                     *         "name": "Alex Koval",
                     *         "image": null,
                     *         "role": "tutor",
                     *         "createdAt": "2026-11-22T10:12:01.872Z",
                     *         "updatedAt": "2026-11-22T10:12:01.872Z"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @description The session token, if the request has `sessionToken: true`. Otherwise null. */
                        token: string | null;
                        /** @description Whether the request has a `callbackURL`. */
                        redirect: boolean;
                        url?: string;
                        user: components["schemas"]["SignInUser"];
                    };
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    /**
                     * @description The challenge of RFC 6750.
                     * @example Bearer error="invalid_token"
                     */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Payload Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Unsupported Media Type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
        };
    };
    signOut: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The session has ended. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true
                     *     }
                     */
                    "application/json": {
                        success: boolean;
                    };
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Unsupported Media Type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
        };
    };
    getSession: {
        parameters: {
            query?: {
                /**
                 * @description Has no effect: sessions are always read from the database.
                 * @example true
                 */
                disableCookieCache?: boolean;
                /**
                 * @description Do not extend the session.
                 * @example true
                 */
                disableRefresh?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The session and its user. Null if nobody is signed in. */
            200: {
                headers: {
                    /**
                     * @description A new access token, as `getToken` returns it. Absent if nobody is signed in.
                     * @example eyJhbGciOiJFZERTQSIsImtpZCI6IjEifQ.eyJzdWIiOiI0MiJ9.c2lnbmF0dXJl
                     */
                    "set-auth-jwt"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "session": {
                     *         "id": "019aab5e-0a4f-7b21-93d6-5e8c7f1a0b94",
                     *         "userId": "019aab5d-7c10-7d32-a1c4-1f0e9b6a2d55",
                     *         "ipAddress": "203.0.113.7",
                     *         "userAgent": "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
                     *         "createdAt": "2026-11-22T10:12:38.223Z",
                     *         "updatedAt": "2026-11-22T10:12:38.223Z",
                     *         "expiresAt": "2026-11-29T10:12:38.223Z"
                     *       },
                     *       "user": {
                     *         "id": "019aab5d-7c10-7d32-a1c4-1f0e9b6a2d55",
                     *         "email": "alex@example.com",
                     *         "emailVerified": false,
                     *         "name": "Alex Koval",
                     *         "image": null,
                     *         "role": "tutor",
                     *         "createdAt": "2026-11-22T10:12:01.872Z",
                     *         "updatedAt": "2026-11-22T10:12:01.872Z"
                     *       }
                     *     }
                     */
                    "application/json": {
                        session: components["schemas"]["SignInSession"];
                        user: components["schemas"]["SignInUser"];
                    } | null;
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    /**
                     * @description The challenge of RFC 6750.
                     * @example Bearer error="invalid_token"
                     */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
        };
    };
    getToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A new access token. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "token": "eyJhbGciOiJFZERTQSIsImtpZCI6IjEifQ.eyJzdWIiOiI0MiJ9.c2lnbmF0dXJl"
                     *     }
                     */
                    "application/json": {
                        /** @description A JSON Web Token. */
                        token: string;
                    };
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    /**
                     * @description The challenge of RFC 6750.
                     * @example Bearer error="invalid_token"
                     */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
        };
    };
    getKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The public keys. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "keys": [
                     *         {
                     *           "kty": "OKP",
                     *           "kid": "019aab5c-1e88-7f40-b5a9-7c2d4e6f8a10",
                     *           "alg": "EdDSA",
                     *           "crv": "Ed25519",
                     *           "x": "h0IHg951Mi1iMdhexA1wDULYnBYNc7hYTQ6QQBb7RQE"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        keys: {
                            kty: string;
                            kid: string;
                            alg: string;
                            crv: string;
                            x: string;
                        }[];
                    };
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
        };
    };
    listSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The sessions. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "id": "019aab5e-0a4f-7b21-93d6-5e8c7f1a0b94",
                     *         "userId": "019aab5d-7c10-7d32-a1c4-1f0e9b6a2d55",
                     *         "ipAddress": "203.0.113.7",
                     *         "userAgent": "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
                     *         "createdAt": "2026-11-22T10:12:38.223Z",
                     *         "updatedAt": "2026-11-22T10:12:38.223Z",
                     *         "expiresAt": "2026-11-29T10:12:38.223Z"
                     *       }
                     *     ]
                     */
                    "application/json": components["schemas"]["SignInSession"][];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    /**
                     * @description The challenge of RFC 6750.
                     * @example Bearer error="invalid_token"
                     */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
        };
    };
    revokeSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "id": "019aab5e-0a4f-7b21-93d6-5e8c7f1a0b94"
                 *     }
                 */
                "application/json": {
                    /** @description The `id` of the session in the list of sessions. */
                    id: string;
                };
            };
        };
        responses: {
            /** @description The request succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": true
                     *     }
                     */
                    "application/json": {
                        status: boolean;
                    };
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    /**
                     * @description The challenge of RFC 6750.
                     * @example Bearer error="invalid_token"
                     */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Unsupported Media Type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
        };
    };
    revokeSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The request succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": true
                     *     }
                     */
                    "application/json": {
                        status: boolean;
                    };
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    /**
                     * @description The challenge of RFC 6750.
                     * @example Bearer error="invalid_token"
                     */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Unsupported Media Type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
        };
    };
    revokeOtherSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The request succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": true
                     *     }
                     */
                    "application/json": {
                        status: boolean;
                    };
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    /**
                     * @description The challenge of RFC 6750.
                     * @example Bearer error="invalid_token"
                     */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Unsupported Media Type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
        };
    };
    changePassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "currentPassword": "correct horse",
                 *       "newPassword": "battery staple",
                 *       "revokeOtherSessions": true
                 *     }
                 */
                "application/json": {
                    currentPassword: string;
                    /** @description May contain any characters, including spaces. */
                    newPassword: string;
                    /** @description End all sessions, and start a new one in place of the current one. */
                    revokeOtherSessions?: boolean;
                };
            };
        };
        responses: {
            /** @description The password was changed. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "token": null,
                     *       "user": {
                     *         "id": "019aab5d-7c10-7d32-a1c4-1f0e9b6a2d55",
                     *         "email": "alex@example.com",
                     *         "emailVerified": false,
                     *         "name": "Alex Koval",
                     *         "image": null,
                     *         "role": "tutor",
                     *         "createdAt": "2026-11-22T10:12:01.872Z",
                     *         "updatedAt": "2026-11-22T10:12:01.872Z"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @description The token of the new session, if the request brought the old session as a token. Otherwise null. */
                        token: string | null;
                        user: components["schemas"]["SignInUser"];
                    };
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    /**
                     * @description The challenge of RFC 6750.
                     * @example Bearer error="invalid_token"
                     */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Unsupported Media Type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
        };
    };
    changeEmail: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "newEmail": "alex.koval@example.com",
                 *       "password": "correct horse"
                 *     }
                 */
                "application/json": {
                    /** Format: email */
                    newEmail: string;
                    password: string;
                };
            };
        };
        responses: {
            /** @description The request was accepted. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": true
                     *     }
                     */
                    "application/json": {
                        status: boolean;
                    };
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    /**
                     * @description The challenge of RFC 6750.
                     * @example Bearer error="invalid_token"
                     */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Unsupported Media Type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
        };
    };
    confirmEmailChange: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "token": "019aab5d-7c10-7d32-a1c4-1f0e9b6a2d55.yB8nQ3tLw0vXr5Kc7ZsMf1Jd"
                 *     }
                 */
                "application/json": {
                    /** @description The `token` in the fragment of the link in the e-mail to the new address. */
                    token: string;
                };
            };
        };
        responses: {
            /** @description The request succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": true
                     *     }
                     */
                    "application/json": {
                        status: boolean;
                    };
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    /**
                     * @description The challenge of RFC 6750.
                     * @example Bearer error="invalid_token"
                     */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Payload Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Unsupported Media Type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
        };
    };
    undoEmailChange: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "token": "019aab5d-7c10-7d32-a1c4-1f0e9b6a2d55.3b241101-e2bb-4255-8caf-4136c566a962.yB8nQ3tLw0vXr5Kc7ZsMf1Jd"
                 *     }
                 */
                "application/json": {
                    /** @description The `token` in the fragment of the link in the e-mail to the old address. */
                    token: string;
                };
            };
        };
        responses: {
            /** @description The account has its former address. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": true,
                     *       "resetToken": "yB8nQ3tLw0vXr5Kc7ZsMf1Jd"
                     *     }
                     */
                    "application/json": {
                        status: boolean;
                        /** @description The `token` for `reset-password`. It is valid for one hour. */
                        resetToken: string;
                    };
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Payload Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Unsupported Media Type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
        };
    };
    getPasskeyCreation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "password": "correct horse"
                 *     }
                 */
                "application/json": {
                    password: string;
                };
            };
        };
        responses: {
            /** @description The options (`PublicKeyCredentialCreationOptionsJSON`). */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "challenge": "q2ZkMzY3",
                     *       "rp": {
                     *         "name": "UPM",
                     *         "id": "upm.example.com"
                     *       },
                     *       "user": {
                     *         "id": "MDE5YWFi",
                     *         "name": "alex@example.com",
                     *         "displayName": "Alex Koval"
                     *       },
                     *       "pubKeyCredParams": [
                     *         {
                     *           "alg": -8,
                     *           "type": "public-key"
                     *         }
                     *       ],
                     *       "timeout": 60000,
                     *       "attestation": "none",
                     *       "excludeCredentials": [],
                     *       "authenticatorSelection": {
                     *         "residentKey": "required",
                     *         "userVerification": "required",
                     *         "requireResidentKey": true
                     *       },
                     *       "extensions": {
                     *         "credProps": true
                     *       },
                     *       "hints": []
                     *     }
                     */
                    "application/json": {
                        challenge: string;
                        rp: {
                            name: string;
                            id: string;
                        };
                        user: {
                            id: string;
                            name: string;
                            displayName: string;
                        };
                        pubKeyCredParams: {
                            alg: number;
                            type: string;
                        }[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    /**
                     * @description The challenge of RFC 6750.
                     * @example Bearer error="invalid_token"
                     */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Payload Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Unsupported Media Type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
        };
    };
    addPasskey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Firefox, Linux",
                 *       "response": {
                 *         "id": "vKq3",
                 *         "rawId": "vKq3",
                 *         "type": "public-key",
                 *         "clientExtensionResults": {},
                 *         "response": {
                 *           "clientDataJSON": "eyJ0eXBlIjoi",
                 *           "attestationObject": "o2NmbXRk",
                 *           "transports": [
                 *             "internal"
                 *           ]
                 *         }
                 *       }
                 *     }
                 */
                "application/json": {
                    response: {
                        id: string;
                        rawId: string;
                        /** @enum {string} */
                        type: "public-key";
                        clientExtensionResults: {
                            credProps?: {
                                rk?: boolean;
                            };
                        };
                        authenticatorAttachment?: string | null;
                        response: {
                            clientDataJSON: string;
                            attestationObject: string;
                            authenticatorData?: string;
                            transports?: string[];
                            publicKeyAlgorithm?: number;
                            publicKey?: string;
                        };
                    };
                    /**
                     * Format: line
                     * @description What the owner calls it.
                     */
                    name: string;
                };
            };
        };
        responses: {
            /** @description The passkey. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "3b241101-e2bb-4255-8caf-4136c566a962",
                     *       "name": "Firefox, Linux",
                     *       "createdAt": "2026-11-22T10:12:01.872Z",
                     *       "usedAt": null
                     *     }
                     */
                    "application/json": {
                        /** @description The id for `update-passkey` and `delete-passkey`. */
                        id: string;
                        /** @description What the owner calls it. */
                        name: string;
                        /**
                         * Format: date-time
                         * @description When it was added.
                         */
                        createdAt: string;
                        /**
                         * Format: date-time
                         * @description When it was last used to sign in. Null: never.
                         */
                        usedAt: string | null;
                    };
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    /**
                     * @description The challenge of RFC 6750.
                     * @example Bearer error="invalid_token"
                     */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Payload Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Unsupported Media Type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
        };
    };
    getPasskeyRequest: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The options (`PublicKeyCredentialRequestOptionsJSON`). */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "challenge": "q2ZkMzY3",
                     *       "timeout": 60000,
                     *       "rpId": "upm.example.com",
                     *       "userVerification": "required"
                     *     }
                     */
                    "application/json": {
                        challenge: string;
                        timeout: number;
                        rpId: string;
                        userVerification: string;
                    };
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
        };
    };
    signInWithPasskey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "response": {
                 *         "id": "vKq3",
                 *         "rawId": "vKq3",
                 *         "type": "public-key",
                 *         "clientExtensionResults": {},
                 *         "response": {
                 *           "clientDataJSON": "eyJ0eXBlIjoi",
                 *           "authenticatorData": "SZYN5YgO",
                 *           "signature": "MEUCIQDx"
                 *         }
                 *       }
                 *     }
                 */
                "application/json": {
                    response: {
                        id: string;
                        rawId: string;
                        /** @enum {string} */
                        type: "public-key";
                        clientExtensionResults: {
                            credProps?: {
                                rk?: boolean;
                            };
                        };
                        authenticatorAttachment?: string | null;
                        response: {
                            clientDataJSON: string;
                            authenticatorData: string;
                            signature: string;
                            userHandle?: string | null;
                        };
                    };
                    /** @description `false`: the session ends within a day, and its cookie when the browser closes. */
                    rememberMe?: boolean;
                    /** @description The time zone of the device, such as `Europe/Kyiv`. An account that is made by this sign-in, its first one, begins with it. Otherwise, and if the server does not know the zone, it has no effect. */
                    timezone?: string;
                    /** @description The language of the page, such as `uk`. An account that is made by this sign-in begins with it, if `GET /api/languages/` lists it. */
                    language?: string;
                    /** @description `true`: the response has a session token and sets no session cookie. Apps and pages of other origins send it as a Bearer token. Otherwise the response only sets the cookie. */
                    sessionToken?: boolean;
                };
            };
        };
        responses: {
            /** @description The session, as a cookie or as a token. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "token": null,
                     *       "redirect": false,
                     *       "user": {
                     *         "id": "019aab5d-7c10-7d32-a1c4-1f0e9b6a2d55",
                     *         "email": "alex@example.com",
                     *         "emailVerified": false,
                     *         "name": "Alex Koval",
                     *         "image": null,
                     *         "role": "tutor",
                     *         "createdAt": "2026-11-22T10:12:01.872Z",
                     *         "updatedAt": "2026-11-22T10:12:01.872Z"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @description The session token, if the request has `sessionToken: true`. Otherwise null. */
                        token: string | null;
                        /** @description Always false. */
                        redirect: boolean;
                        user: components["schemas"]["SignInUser"];
                    };
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Payload Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Unsupported Media Type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
        };
    };
    listPasskeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The passkeys. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "id": "3b241101-e2bb-4255-8caf-4136c566a962",
                     *         "name": "Firefox, Linux",
                     *         "createdAt": "2026-11-22T10:12:01.872Z",
                     *         "usedAt": null
                     *       }
                     *     ]
                     */
                    "application/json": {
                        /** @description The id for `update-passkey` and `delete-passkey`. */
                        id: string;
                        /** @description What the owner calls it. */
                        name: string;
                        /**
                         * Format: date-time
                         * @description When it was added.
                         */
                        createdAt: string;
                        /**
                         * Format: date-time
                         * @description When it was last used to sign in. Null: never.
                         */
                        usedAt: string | null;
                    }[];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    /**
                     * @description The challenge of RFC 6750.
                     * @example Bearer error="invalid_token"
                     */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
        };
    };
    renamePasskey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "id": "019aab5d-7c10-7d32-a1c4-1f0e9b6a2d55",
                 *       "name": "Phone"
                 *     }
                 */
                "application/json": {
                    /** @description The `id` of the passkey. */
                    id: string;
                    /**
                     * Format: line
                     * @description What the owner calls it.
                     */
                    name: string;
                };
            };
        };
        responses: {
            /** @description The request succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": true
                     *     }
                     */
                    "application/json": {
                        status: boolean;
                    };
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    /**
                     * @description The challenge of RFC 6750.
                     * @example Bearer error="invalid_token"
                     */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Unsupported Media Type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
        };
    };
    removePasskey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "id": "019aab5d-7c10-7d32-a1c4-1f0e9b6a2d55",
                 *       "password": "correct horse"
                 *     }
                 */
                "application/json": {
                    /** @description The `id` of the passkey. */
                    id: string;
                    password: string;
                };
            };
        };
        responses: {
            /** @description The request succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": true
                     *     }
                     */
                    "application/json": {
                        status: boolean;
                    };
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    /**
                     * @description The challenge of RFC 6750.
                     * @example Bearer error="invalid_token"
                     */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Unsupported Media Type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
        };
    };
    getSecondStep: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The second step. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "enabledAt": "2026-11-22T10:12:01.872Z",
                     *       "recoveryCodes": 10
                     *     }
                     */
                    "application/json": {
                        /**
                         * Format: date-time
                         * @description When it was turned on. Null: it is off.
                         */
                        enabledAt: string | null;
                        /** @description The number of recovery codes that are left. */
                        recoveryCodes: number;
                    };
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    /**
                     * @description The challenge of RFC 6750.
                     * @example Bearer error="invalid_token"
                     */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
        };
    };
    enableSecondStep: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "password": "correct horse"
                 *     }
                 */
                "application/json": {
                    password: string;
                };
            };
        };
        responses: {
            /** @description The secret for the app. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "totpURI": "otpauth://totp/upm.example.com:alex%40example.com?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=upm.example.com&digits=6&period=30"
                     *     }
                     */
                    "application/json": {
                        /** @description The address that an app reads out of a QR code. Its parameter `secret` is for typing (SHA-1, 6 digits, 30 seconds). */
                        totpURI: string;
                    };
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    /**
                     * @description The challenge of RFC 6750.
                     * @example Bearer error="invalid_token"
                     */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Unsupported Media Type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
        };
    };
    verifySecondStep: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "code": "492039"
                 *     }
                 */
                "application/json": {
                    /**
                     * @description The code of the app.
                     * @example 492039
                     */
                    code: string;
                };
            };
        };
        responses: {
            /** @description The second step is on. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "backupCodes": [
                     *         "k7mqp-x2rta",
                     *         "k7mqp-x2rtb",
                     *         "k7mqp-x2rtc",
                     *         "k7mqp-x2rtd",
                     *         "k7mqp-x2rte",
                     *         "k7mqp-x2rtf",
                     *         "k7mqp-x2rtg",
                     *         "k7mqp-x2rth",
                     *         "k7mqp-x2rtj",
                     *         "k7mqp-x2rtk"
                     *       ]
                     *     }
                     */
                    "application/json": {
                        /** @description Recovery codes. Each of them works once, in place of a code of the app. */
                        backupCodes: string[];
                    };
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    /**
                     * @description The challenge of RFC 6750.
                     * @example Bearer error="invalid_token"
                     */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Unsupported Media Type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
        };
    };
    disableSecondStep: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "password": "correct horse",
                 *       "code": "492039"
                 *     }
                 */
                "application/json": {
                    password: string;
                    /**
                     * @description The code of the app, or a recovery code.
                     * @example 492039
                     */
                    code: string;
                };
            };
        };
        responses: {
            /** @description The request succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": true
                     *     }
                     */
                    "application/json": {
                        status: boolean;
                    };
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    /**
                     * @description The challenge of RFC 6750.
                     * @example Bearer error="invalid_token"
                     */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Unsupported Media Type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
        };
    };
    renewRecoveryCodes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "password": "correct horse",
                 *       "code": "492039"
                 *     }
                 */
                "application/json": {
                    password: string;
                    /**
                     * @description The code of the app, or a recovery code.
                     * @example 492039
                     */
                    code: string;
                };
            };
        };
        responses: {
            /** @description The new codes. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "backupCodes": [
                     *         "k7mqp-x2rta",
                     *         "k7mqp-x2rtb",
                     *         "k7mqp-x2rtc",
                     *         "k7mqp-x2rtd",
                     *         "k7mqp-x2rte",
                     *         "k7mqp-x2rtf",
                     *         "k7mqp-x2rtg",
                     *         "k7mqp-x2rth",
                     *         "k7mqp-x2rtj",
                     *         "k7mqp-x2rtk"
                     *       ]
                     *     }
                     */
                    "application/json": {
                        /** @description Recovery codes. Each of them works once, in place of a code of the app. */
                        backupCodes: string[];
                    };
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    /**
                     * @description The challenge of RFC 6750.
                     * @example Bearer error="invalid_token"
                     */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Unsupported Media Type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
        };
    };
    requestPasswordReset: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "alex@example.com",
                 *       "redirectTo": "/new-password"
                 *     }
                 */
                "application/json": {
                    /** Format: email */
                    email: string;
                    /**
                     * Format: uri-reference
                     * @description Where the link in the e-mail leads in the end. A path on this server, or an address of an origin that the server trusts.
                     */
                    redirectTo?: string;
                };
            };
        };
        responses: {
            /** @description The request was accepted. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": true,
                     *       "message": "If this email exists in our system, check your email for the reset link"
                     *     }
                     */
                    "application/json": {
                        status: boolean;
                        message: string;
                    };
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Unsupported Media Type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
        };
    };
    openPasswordReset: {
        parameters: {
            query: {
                /**
                 * @description Where the server redirects to. A path on this server, or an address of an origin that the server trusts.
                 * @example /new-password
                 */
                callbackURL: string;
            };
            header?: never;
            path: {
                /**
                 * @description The token of the link.
                 * @example yB8nQ3tLw0vXr5Kc7ZsMf1Jd
                 */
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A redirect to `callbackURL`. */
            302: {
                headers: {
                    /**
                     * @description The address. If something went wrong, its parameter `error` has a code.
                     * @example /new-password?token=yB8nQ3tLw0vXr5Kc7ZsMf1Jd
                     */
                    location?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
        };
    };
    resetPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "token": "yB8nQ3tLw0vXr5Kc7ZsMf1Jd",
                 *       "newPassword": "battery staple"
                 *     }
                 */
                "application/json": {
                    /** @description The `token` parameter that the link in the e-mail added to the address. */
                    token: string;
                    /** @description May contain any characters, including spaces. */
                    newPassword: string;
                };
            };
        };
        responses: {
            /** @description The request succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": true
                     *     }
                     */
                    "application/json": {
                        status: boolean;
                    };
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Unsupported Media Type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
        };
    };
    sendVerificationEmail: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "alex@example.com",
                 *       "callbackURL": "/welcome"
                 *     }
                 */
                "application/json": {
                    /** Format: email */
                    email: string;
                    /**
                     * Format: uri-reference
                     * @description Where the link in the e-mail leads in the end. A path on this server, or an address of an origin that the server trusts.
                     */
                    callbackURL?: string;
                };
            };
        };
        responses: {
            /** @description The request succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": true
                     *     }
                     */
                    "application/json": {
                        status: boolean;
                    };
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Unsupported Media Type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
        };
    };
    verifyEmail: {
        parameters: {
            query: {
                /**
                 * @description The token of the link.
                 * @example yB8nQ3tLw0vXr5Kc7ZsMf1Jd
                 */
                token: string;
                /**
                 * @description Where the server redirects to. A path on this server, or an address of an origin that the server trusts.
                 * @example /welcome
                 */
                callbackURL?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The address was confirmed before, and the request has no `callbackURL`. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": true,
                     *       "user": null
                     *     }
                     */
                    "application/json": {
                        status: boolean;
                        user: null;
                    };
                };
            };
            /** @description A redirect to `callbackURL`. */
            302: {
                headers: {
                    /**
                     * @description The address. If something went wrong, its parameter `error` has a code.
                     * @example /new-password?token=yB8nQ3tLw0vXr5Kc7ZsMf1Jd
                     */
                    location?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The process is running. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ok"
                     *     }
                     */
                    "application/json": {
                        /** @enum {string} */
                        status: "ok";
                    };
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The database and the storage respond. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ok"
                     *     }
                     */
                    "application/json": {
                        /** @enum {string} */
                        status: "ok";
                    };
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listExports: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The exports. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "id": "019ad3f2-5c1e-7b3a-9f60-2d1c8e4b7a95",
                     *         "state": "ready",
                     *         "percent": 100,
                     *         "expires_at": "2026-11-24T09:30:12.104213Z"
                     *       }
                     *     ]
                     */
                    "application/json": components["schemas"]["DataExport"][];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    /**
                     * @description The challenge of RFC 6750.
                     * @example Bearer error="invalid_token"
                     */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    requestExport: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The request was accepted. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "019ad3f2-5c1e-7b3a-9f60-2d1c8e4b7a95",
                     *       "state": "queued"
                     *     }
                     */
                    "application/json": components["schemas"]["StartedDataExport"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    /**
                     * @description The challenge of RFC 6750.
                     * @example Bearer error="invalid_token"
                     */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Payload Too Large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported Media Type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getExport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the export.
                 * @example 019ad3f2-5c1e-7b3a-9f60-2d1c8e4b7a95
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The export. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DataExport"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    /**
                     * @description The challenge of RFC 6750.
                     * @example Bearer error="invalid_token"
                     */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    downloadExport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the export.
                 * @example 019ad3f2-5c1e-7b3a-9f60-2d1c8e4b7a95
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The archive. */
            200: {
                headers: {
                    /**
                     * @description The name of the file.
                     * @example attachment; filename="upm-2026-11-23.zip"
                     */
                    "Content-Disposition"?: string;
                    /**
                     * @description The size of the archive in bytes.
                     * @example 48213
                     */
                    "Content-Length"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/zip": string;
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    /**
                     * @description The challenge of RFC 6750.
                     * @example Bearer error="invalid_token"
                     */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Method Not Allowed */
            405: {
                headers: {
                    /**
                     * @description The methods of this address.
                     * @example GET, HEAD, PATCH
                     */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Gone */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 12
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal Server Error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    /**
                     * @description The number of seconds to wait.
                     * @example 5
                     */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}

/** The codes of problems, as docs/errors.md explains them. */
export type ProblemCode = 
  | 'invalid_json'
  | 'validation_failed'
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'method_not_allowed'
  | 'request_timeout'
  | 'conflict'
  | 'precondition_failed'
  | 'payload_too_large'
  | 'unsupported_media_type'
  | 'range_not_satisfiable'
  | 'not_acceptable'
  | 'headers_too_large'
  | 'rate_limited'
  | 'bad_request'
  | 'internal_error'
  | 'unavailable'
  | 'profile_incomplete'
  | 'profile_not_upgraded'
  | 'type_held'
  | 'type_forbidden'
  | 'type_not_held'
  | 'last_profile'
  | 'active_profile'
  | 'image_required'
  | 'image_single'
  | 'image_unsupported'
  | 'image_corrupt'
  | 'image_too_large'
  | 'crop_invalid'
  | 'file_too_large'
  | 'email_taken'
  | 'account_leaving'
  | 'session_ended'
  | 'legal_hold'
  | 'account_disabled'
  | 'reauthentication_required'
  | 'identity_taken'
  | 'identity_limit'
  | 'last_identity'
  | 'identity_in_use'
  | 'role_unknown'
  | 'restore_too_late'
  | 'sign_up_closed'
  | 'invitation_required'
  | 'invitation_invalid'
  | 'CHANGE_EMAIL_DISABLED'
  | 'email_unchanged'
  | 'CREDENTIAL_ACCOUNT_NOT_FOUND'
  | 'EMAIL_ALREADY_VERIFIED'
  | 'EMAIL_MISMATCH'
  | 'INVALID_CODE'
  | 'INVALID_PASSKEY'
  | 'passkey_limit'
  | 'passkey_unknown'
  | 'TOTP_ALREADY_ENABLED'
  | 'TOTP_NOT_ENABLED'
  | 'INVALID_EMAIL'
  | 'INVALID_PASSWORD'
  | 'INVALID_TOKEN'
  | 'PASSWORD_TOO_COMMON'
  | 'PASSWORD_TOO_LONG'
  | 'PASSWORD_TOO_SHORT'
  | 'RESET_PASSWORD_DISABLED'
  | 'TOKEN_EXPIRED'
  | 'USER_NOT_FOUND'
  | 'VALIDATION_ERROR'
  | 'VERIFICATION_EMAIL_NOT_ENABLED'
  | 'FAILED_TO_GET_SESSION'
  | 'INVALID_EMAIL_OR_PASSWORD'
  | 'UNAUTHORIZED'
  | 'CROSS_SITE_NAVIGATION_LOGIN_BLOCKED'
  | 'second_factor_required'
  | 'EMAIL_NOT_VERIFIED'
  | 'INVALID_CALLBACK_URL'
  | 'INVALID_ORIGIN'
  | 'INVALID_REDIRECT_URL'
  | 'MISSING_OR_NULL_ORIGIN'
  | 'FAILED_TO_CREATE_USER'
  | 'page_missing'
  | 'export_recent'
  | 'export_not_ready'
  | 'export_expired'

/** The codes of faulty fields. */
export type FieldCode = 
  | 'required'
  | 'unknown_field'
  | 'unknown_parameter'
  | 'invalid_type'
  | 'not_nullable'
  | 'read_only'
  | 'not_applicable'
  | 'min_length'
  | 'max_length'
  | 'max_items'
  | 'duplicate'
  | 'reserved'
  | 'unknown_value'
  | 'invalid_format'
  | 'out_of_range'
  | 'mismatch'
  | 'wrong_password'
  | 'wrong_code'
  | 'common_password'
