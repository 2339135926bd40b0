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
         * Your profile document
         * @description The account, its settings, its picture, and a section for each profile type that the account holds.
         */
        get: operations["getProfile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change your profile
         * @description A JSON Merge Patch (RFC 7396) of the sections `user`, `settings` and those of the types that you hold. What is left out is kept; `null` clears a nullable field. All faulty fields are reported at once, and then nothing is changed. What really changed is logged as `profile.updated` and `settings.updated`.
         */
        patch: operations["patchProfile"];
        trace?: never;
    };
    "/api/me/settings/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Your settings */
        get: operations["getSettings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change your settings
         * @description A JSON Merge Patch (RFC 7396). What really changed is logged as `settings.updated`.
         */
        patch: operations["patchSettings"];
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
         * Upload a picture of you
         * @description JPEG, PNG, WebP, AVIF or GIF (its first frame), judged by content. It is turned upright, cropped to a square (the largest one in the middle, or the one given), freed of all metadata, and kept as WebP of 512, 256, 128 and 64 pixels. The new picture has new URLs. Logged as `avatar.uploaded`.
         */
        post: operations["uploadAvatar"];
        /**
         * Remove your picture
         * @description Also succeeds when there is none. Logged as `avatar.deleted` when there was one.
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
         * What happened in your account
         * @description Your own entries, newest first. As JSON a page at a time: the `Link` header leads to the next one, without gaps or repetitions, whatever is logged meanwhile. As NDJSON or CSV (`Accept`) the whole selection as one stream, which has no pages: then `limit` and `cursor` are refused. A stream that fails on the way ends as a broken transfer, never as a complete one. In CSV the metadata are JSON text, and cells that a spreadsheet would take for a formula begin with an apostrophe.
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
    "/api/me/activity/summary/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How much happened on each day
         * @description Your own entries, counted by day and action. Days are those of your time zone (`settings.timezone`), from their first instant to that of the next: where clocks change, one has 23 or 25 hours. At most 366 days.
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
         * @description For services: the token needs the scope `activity:write`, and makes no account. Entries are kept in the order of the batch, with the time of their arrival. Sending a batch again adds nothing: an `id` counts once, for as long as entries are kept. One faulty entry refuses the whole batch; every fault is named by index and field, such as `[3].user_id`. Secrets in the metadata are replaced by `[redacted]`.
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
         * The profile of somebody who shows it
         * @description For anybody, without a token, while the setting `privacy_public_profile` is on; else there is nothing here, as if there were no such account.
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
         * Your profile as strangers see it
         * @description A preview: what `GET /api/profiles/{id}/` answers for your account, or would answer if the setting `privacy_public_profile` were on.
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
         * Profile types and their fields
         * @description For each type the JSON Schema of its fields in the order of a form. `x-labels`, `x-hints` and `x-options` are the words, `x-widget` says how to show a field, and `x-public` that strangers see it: docs/profile-types.md.
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
        /** Subjects that a profile can name */
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
        /** Languages of the user interface */
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
         * Time zones
         * @description Every key of the IANA time zone database.
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
         * @description The answer is the same when the e-mail has an account already, which is left as it is. Nobody is signed in by it: sign in next, or, where the server sends mails, open the link in the mail first. There the account of an e-mail that nobody has confirmed is replaced.
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
         * @description Begins a session of a week. Logged as `system.login`. With the link of a mail, in its cookie or as `verificationToken`, it confirms the e-mail.
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
         * @description Ends the session, if there is one, and its cookie.
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
        /** Who is signed in */
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
         * @description What the rest of the API takes as a Bearer token, for 15 minutes.
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
         * The keys of access tokens
         * @description A JSON Web Key Set (RFC 7517), for other services that verify the tokens.
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
         * Your sessions
         * @description Those that have not ended, this one included.
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
         * @description Also succeeds when there is none, or it is somebody else’s, which is then left as it is.
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
        /** End all of your sessions */
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
        /** End your sessions except this one */
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
        /** Change your password */
        post: operations["changePassword"];
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
         * Ask for a new password
         * @description Sends a link to the e-mail. The answer is the same when it has no account.
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
         * The link to a new password
         * @description What the mail links to. It leads on to `callbackURL`, with the `token` that `reset-password` takes.
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
         * @description Ends all sessions.
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
         * Send the link to confirm an e-mail
         * @description The answer is the same when the e-mail has no account, or is confirmed already.
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
         * The link to confirm an e-mail
         * @description What the mail links to. It leads on to `callbackURL`, and confirms nothing by itself: the next sign-in of this browser does, as a cookie has the link now. An address of another origin is given the `token` instead, which `sign-in/email` takes as `verificationToken`.
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
        /** Whether the process runs */
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
        /** Whether the database and the storage answer */
        get: operations["getReadiness"];
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
         *       "detail": "Nothing was changed. See \"errors\" for each field.",
         *       "code": "validation_failed",
         *       "errors": [
         *         {
         *           "field": "tutor_profile.headline",
         *           "code": "max_length",
         *           "message": "Characters at most: 120.",
         *           "params": {
         *             "max": 120
         *           }
         *         }
         *       ]
         *     }
         */
        Problem: {
            /** @description A URN that names the kind of problem. */
            type: string;
            /** @description In the caller's language. */
            title: string;
            status: number;
            /** @description In the caller's language. */
            detail: string;
            /** @description What programs branch on: one of the body codes of docs/errors.md. */
            code: string;
            errors?: {
                /** @description The path in the request as sent, such as `tutor_profile.subjects[2]`. */
                field: string;
                /** @description One of the field codes of docs/errors.md. */
                code: string;
                /** @description In the caller's language, to show beside the field. */
                message: string;
                params?: {
                    [key: string]: unknown;
                };
            }[];
        };
        User: {
            /** @description Read-only. */
            id: number;
            /** @description Read-only. */
            email: string;
            /** Format: line */
            first_name: string;
            /** Format: line */
            last_name: string;
            /** @description Read-only. Follows the token that made the account. */
            role: string;
            /** @description Read-only. */
            is_self_learning: boolean;
        };
        Settings: {
            /**
             * Format: time-zone
             * @description A key of the IANA time zone database, in its exact case (`GET /api/timezones/`).
             */
            timezone: string;
            /**
             * @description One of `GET /api/languages/`.
             * @enum {unknown}
             */
            ui_language: "uk" | "en";
            notifications_enabled: boolean;
            /** @description Whether strangers may see the public fields. */
            privacy_public_profile: boolean;
        };
        Avatar: {
            /** @description The 512 px file. A new picture has a new URL. */
            url: string;
            /** @description URLs by the pixels of a side. */
            variants: {
                64: string;
                128: string;
                256: string;
                512: string;
            };
            width: number;
            height: number;
            content_type: string;
            /** @description Bytes of the 512 px file. */
            file_size: number;
            /** @description A ThumbHash in base64, to show while the picture loads. */
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
             * @description Slugs of `GET /api/subjects/`.
             * @default []
             */
            subjects: string[];
            /**
             * @description Languages of instruction as BCP 47 tags.
             * @default []
             */
            languages: string[];
            /**
             * @description Years of experience
             * @default null
             */
            experience_years: number | null;
            /**
             * @description Hourly rate
             * @default null
             */
            hourly_rate: {
                /** @description A decimal number ≥ 0 as text, so that no digit is lost: up to 10 digits before the point, 4 after. */
                amount: string;
                /** @description An ISO 4217 code. */
                currency: string;
            } | null;
            /**
             * @description How lessons are held.
             * @default []
             */
            lesson_formats: ("online" | "in_person")[];
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
             * @description Slugs of `GET /api/subjects/`.
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
            /** @enum {unknown} */
            profile_type: "tutor" | "student";
            user: components["schemas"]["User"];
            avatar_url: string | null;
            avatar: components["schemas"]["Avatar"] | null;
            settings: components["schemas"]["Settings"];
            tutor_profile: components["schemas"]["TutorProfile"] | null;
            student_profile: components["schemas"]["StudentProfile"] | null;
            /** @description Rises with every change of the document; also its `ETag`. */
            version: number;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
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
             * @description A key of the IANA time zone database, in its exact case (`GET /api/timezones/`).
             */
            timezone?: string;
            /**
             * @description One of `GET /api/languages/`.
             * @enum {unknown}
             */
            ui_language?: "uk" | "en";
            notifications_enabled?: boolean;
            /** @description Whether strangers may see the public fields. */
            privacy_public_profile?: boolean;
        };
        /**
         * @description A JSON Merge Patch (RFC 7396): what is left out is kept. Read-only members may be sent back unchanged, so that a client can send the whole document.
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
                 * @description A key of the IANA time zone database, in its exact case (`GET /api/timezones/`).
                 */
                timezone?: string;
                /**
                 * @description One of `GET /api/languages/`.
                 * @enum {unknown}
                 */
                ui_language?: "uk" | "en";
                notifications_enabled?: boolean;
                /** @description Whether strangers may see the public fields. */
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
                /** @description Slugs of `GET /api/subjects/`. */
                subjects?: string[];
                /** @description Languages of instruction as BCP 47 tags. */
                languages?: string[];
                /** @description Years of experience */
                experience_years?: number | null;
                /** @description Hourly rate */
                hourly_rate?: {
                    /**
                     * Format: decimal-amount
                     * @description A decimal number ≥ 0 as text, so that no digit is lost: up to 10 digits before the point, 4 after.
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
                /** @description Slugs of `GET /api/subjects/`. */
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
        /** @description What strangers see: never an e-mail, settings or times, and of each type the public fields. */
        PublicProfile: {
            id: number;
            first_name: string;
            last_name: string;
            /** @enum {unknown} */
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
                 * @description Slugs of `GET /api/subjects/`.
                 * @default []
                 */
                subjects: string[];
                /**
                 * @description Languages of instruction as BCP 47 tags.
                 * @default []
                 */
                languages: string[];
                /**
                 * @description Years of experience
                 * @default null
                 */
                experience_years: number | null;
                /**
                 * @description Hourly rate
                 * @default null
                 */
                hourly_rate: {
                    /** @description A decimal number ≥ 0 as text, so that no digit is lost: up to 10 digits before the point, 4 after. */
                    amount: string;
                    /** @description An ISO 4217 code. */
                    currency: string;
                } | null;
                /**
                 * @description How lessons are held.
                 * @default []
                 */
                lesson_formats: ("online" | "in_person")[];
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
                 * @description Slugs of `GET /api/subjects/`.
                 * @default []
                 */
                subjects: string[];
            } | null;
        };
        /**
         * @description One event. The actions that are logged:
         *
         *     - `profile.updated` (entity `profile`): Names or fields of a profile changed (`PATCH /api/me/profile/`). Only what really changed is listed. Metadata, for example: `{"changed":["first_name","headline"],"changes":{"user":{"old":{"first_name":"Alex"},"new":{"first_name":"Oleksandr"}},"tutor_profile":{"old":{"headline":""},"new":{"headline":"Mathematics without fear"}}}}`
         *     - `settings.updated` (entity `settings`): Settings changed (`PATCH /api/me/settings/`, or the section `settings` of the profile). Metadata, for example: `{"changed":["timezone"],"before":{"timezone":"UTC"},"after":{"timezone":"Europe/Kyiv"}}`
         *     - `avatar.uploaded` (entity `avatar`): A new picture took the place of the old one, or of none (`POST /api/me/avatar/`). Metadata, for example: `{"avatar_url":"/media/avatars/2026/11/user42-3f9c2b7d10e84a5f-512.webp","file_size":32141,"width":512,"height":512}`
         *     - `avatar.deleted` (entity `avatar`): The picture was removed (`DELETE /api/me/avatar/`). Metadata, for example: `{"previous_url":"/media/avatars/2026/11/user42-3f9c2b7d10e84a5f-512.webp"}`
         *     - `system.login` (entity `system`): The user signed in. Metadata, for example: `{"method":"password","new_device":true}`
         *     - `system.profile.initialized` (entity `profile`): The account was made by the first valid token of its subject, or an account of an old database was opened for the first time. `initial` is the whole document as it was then: the entries that follow lead from it to today. Metadata, for example: `{"initial":{"profile_type":"tutor","version":1},"source":"token"}`
         *     - `invite.sent` (entity `invite`): The user invited somebody. UPM itself logs it in demo data only. Metadata, for example: `{"channel":"email","to":"friend@example.com"}`
         */
        ActivityEntry: {
            /** Format: uuid */
            id: string;
            /** @description What happened: a code of the catalogue. */
            action: string;
            /** @description The kind of thing that it happened to. */
            entity_type: string | null;
            /** @description Which one, always as text. */
            entity_id: string | null;
            /** @description The facts; see the actions above. */
            metadata: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @description UTC with microseconds: it can be given back as `before` or `after` without loss.
             */
            timestamp: string;
            /** @description Where the request came from; null when there was none. */
            ip_address: string | null;
            /** @description What the request was made with, at most 1,024 characters. */
            user_agent: string | null;
        };
        ActivityBatchEntry: {
            /**
             * Format: uuid
             * @description The sender's own: an entry that is sent again adds nothing.
             */
            id: string;
            /** @description Null for an event of the system. */
            user_id: number | null;
            /** @enum {unknown} */
            action: "profile.updated" | "settings.updated" | "avatar.uploaded" | "avatar.deleted" | "system.login" | "system.profile.initialized" | "invite.sent";
            /**
             * Format: line
             * @description Default: what the catalogue says.
             */
            entity_type?: string;
            /**
             * Format: line
             * @description Kept as text. Default: the user's id.
             */
            entity_id?: string | number;
            /** @description What the action's metadata must be (see `ActivityEntry`); at most 32 levels deep. */
            metadata?: {
                [key: string]: unknown;
            };
        };
        ActivityReceipt: {
            /** @description Entries that are new. */
            accepted: number;
            /** @description Entries whose id was received before, or stands in the batch before. */
            duplicates: number;
        };
        ActivitySummary: {
            /** @description Yours: its clocks say where a day begins. */
            timezone: string;
            /** Format: date */
            from: string;
            /** Format: date */
            to: string;
            /** @description The days on which anything happened, in order. */
            days: {
                /** Format: date */
                date: string;
                count: number;
                /** @description How often each action happened. */
                actions: {
                    [key: string]: number;
                };
            }[];
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
            /** @description The `sub` of the tokens. Not the `id` of the profile. */
            id: string;
            email: string;
            /** @description Whether whoever has the password gets its mails. */
            emailVerified: boolean;
            /** @description As signed up with; today’s is in the profile. */
            name: string;
            /** @description Not used: the picture is in the profile. */
            image: string | null;
            /** @description The profile type that was signed up for. */
            role: string;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
        };
        /**
         * @example {
         *       "id": "019aab5e-0a4f-7b21-93d6-5e8c7f1a0b94",
         *       "token": "Zk3vWq0Jm8rT5xYbN2cLh7PdS4gAe9Uf",
         *       "userId": "019aab5d-7c10-7d32-a1c4-1f0e9b6a2d55",
         *       "ipAddress": "203.0.113.7",
         *       "userAgent": "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
         *       "createdAt": "2026-11-22T10:12:38.223Z",
         *       "updatedAt": "2026-11-22T10:12:38.223Z",
         *       "expiresAt": "2026-11-29T10:12:38.223Z"
         *     }
         */
        SignInSession: {
            id: string;
            /** @description What ends it (`revoke-session`), and its Bearer token. */
            token: string;
            /** @description The `id` of its user. */
            userId: string;
            /** @description Where it was signed in from. */
            ipAddress: string | null;
            /** @description What it was signed in with. */
            userAgent: string | null;
            /**
             * Format: date-time
             * @description When it was signed in.
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description When it was last prolonged.
             */
            updatedAt: string;
            /**
             * Format: date-time
             * @description It is prolonged by a week on each day that it is used.
             */
            expiresAt: string;
        };
        SignInProblem: {
            /** @description A URN that names the kind of problem. */
            type: string;
            /** @description In the caller's language. */
            title: string;
            status: number;
            /** @description In the caller's language. */
            detail: string;
            /** @description What programs branch on: one of the body codes of docs/errors.md, mostly of the sign-in. */
            code: string;
            errors?: {
                /** @description The path in the request as sent, such as `tutor_profile.subjects[2]`. */
                field: string;
                /** @description One of the field codes of docs/errors.md. */
                code: string;
                /** @description In the caller's language, to show beside the field. */
                message: string;
                params?: {
                    [key: string]: unknown;
                };
            }[];
            /** @description For Better Auth’s own clients: its words where the code is its own, else `detail`. */
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
                /** @description An `ETag` you have: 304 when it is still the current one. */
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
                    /** @description The document's version. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "profile_type": "tutor",
                     *       "user": {
                     *         "id": 42,
                     *         "email": "alex@example.com",
                     *         "first_name": "Alex",
                     *         "last_name": "Koval",
                     *         "role": "tutor",
                     *         "is_self_learning": false
                     *       },
                     *       "avatar_url": "/media/avatars/2026/11/user42-3f9c2b7d10e84a5f-512.webp",
                     *       "avatar": {
                     *         "url": "/media/avatars/2026/11/user42-3f9c2b7d10e84a5f-512.webp",
                     *         "variants": {
                     *           "64": "/media/avatars/2026/11/user42-3f9c2b7d10e84a5f-64.webp",
                     *           "128": "/media/avatars/2026/11/user42-3f9c2b7d10e84a5f-128.webp",
                     *           "256": "/media/avatars/2026/11/user42-3f9c2b7d10e84a5f-256.webp",
                     *           "512": "/media/avatars/2026/11/user42-3f9c2b7d10e84a5f-512.webp"
                     *         },
                     *         "width": 512,
                     *         "height": 512,
                     *         "content_type": "image/webp",
                     *         "file_size": 32141,
                     *         "placeholder": "1QcSHQRnh493V4dIh4eXh1h4kJUI"
                     *       },
                     *       "settings": {
                     *         "timezone": "Europe/Kyiv",
                     *         "ui_language": "uk",
                     *         "notifications_enabled": true,
                     *         "privacy_public_profile": false
                     *       },
                     *       "tutor_profile": {
                     *         "headline": "Mathematics without fear",
                     *         "bio": "Ten years at school, five online.",
                     *         "subjects": [
                     *           "mathematics",
                     *           "algebra"
                     *         ],
                     *         "languages": [
                     *           "uk",
                     *           "en"
                     *         ],
                     *         "experience_years": 15,
                     *         "hourly_rate": {
                     *           "amount": "450.00",
                     *           "currency": "UAH"
                     *         },
                     *         "lesson_formats": [
                     *           "online"
                     *         ]
                     *       },
                     *       "student_profile": null,
                     *       "version": 7,
                     *       "created_at": "2026-11-01T08:00:00.123456Z",
                     *       "updated_at": "2026-11-22T10:15:32.004211Z"
                     *     }
                     */
                    "application/json": components["schemas"]["ProfileDocument"];
                };
            };
            /** @description Unchanged. */
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
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
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
                /** @description The `ETag` that the change is made for: 412 when it is no longer the current one. */
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
                    /** @description The document's version. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "profile_type": "tutor",
                     *       "user": {
                     *         "id": 42,
                     *         "email": "alex@example.com",
                     *         "first_name": "Alex",
                     *         "last_name": "Koval",
                     *         "role": "tutor",
                     *         "is_self_learning": false
                     *       },
                     *       "avatar_url": "/media/avatars/2026/11/user42-3f9c2b7d10e84a5f-512.webp",
                     *       "avatar": {
                     *         "url": "/media/avatars/2026/11/user42-3f9c2b7d10e84a5f-512.webp",
                     *         "variants": {
                     *           "64": "/media/avatars/2026/11/user42-3f9c2b7d10e84a5f-64.webp",
                     *           "128": "/media/avatars/2026/11/user42-3f9c2b7d10e84a5f-128.webp",
                     *           "256": "/media/avatars/2026/11/user42-3f9c2b7d10e84a5f-256.webp",
                     *           "512": "/media/avatars/2026/11/user42-3f9c2b7d10e84a5f-512.webp"
                     *         },
                     *         "width": 512,
                     *         "height": 512,
                     *         "content_type": "image/webp",
                     *         "file_size": 32141,
                     *         "placeholder": "1QcSHQRnh493V4dIh4eXh1h4kJUI"
                     *       },
                     *       "settings": {
                     *         "timezone": "Europe/Kyiv",
                     *         "ui_language": "uk",
                     *         "notifications_enabled": true,
                     *         "privacy_public_profile": false
                     *       },
                     *       "tutor_profile": {
                     *         "headline": "Mathematics without fear",
                     *         "bio": "Ten years at school, five online.",
                     *         "subjects": [
                     *           "mathematics",
                     *           "algebra"
                     *         ],
                     *         "languages": [
                     *           "uk",
                     *           "en"
                     *         ],
                     *         "experience_years": 15,
                     *         "hourly_rate": {
                     *           "amount": "450.00",
                     *           "currency": "UAH"
                     *         },
                     *         "lesson_formats": [
                     *           "online"
                     *         ]
                     *       },
                     *       "student_profile": null,
                     *       "version": 7,
                     *       "created_at": "2026-11-01T08:00:00.123456Z",
                     *       "updated_at": "2026-11-22T10:15:32.004211Z"
                     *     }
                     */
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
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
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
                /** @description An `ETag` you have: 304 when it is still the current one. */
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
                    /** @description The document's version. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "timezone": "Europe/Kyiv",
                     *       "ui_language": "uk",
                     *       "notifications_enabled": true,
                     *       "privacy_public_profile": false
                     *     }
                     */
                    "application/json": components["schemas"]["Settings"];
                };
            };
            /** @description Unchanged. */
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
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
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
                /** @description The `ETag` that the change is made for: 412 when it is no longer the current one. */
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
                    /** @description The document's version. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "timezone": "Europe/Kyiv",
                     *       "ui_language": "uk",
                     *       "notifications_enabled": true,
                     *       "privacy_public_profile": false
                     *     }
                     */
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
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
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
                     * @description The file.
                     */
                    avatar: string;
                    /**
                     * @description Left edge of the square, in pixels of the upright picture.
                     * @example 120
                     */
                    crop_x?: number;
                    /**
                     * @description Its top edge.
                     * @example 40
                     */
                    crop_y?: number;
                    /**
                     * @description Its side. All three, or none.
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
                    /**
                     * @example {
                     *       "avatar_url": "/media/avatars/2026/11/user42-3f9c2b7d10e84a5f-512.webp",
                     *       "avatar": {
                     *         "url": "/media/avatars/2026/11/user42-3f9c2b7d10e84a5f-512.webp",
                     *         "variants": {
                     *           "64": "/media/avatars/2026/11/user42-3f9c2b7d10e84a5f-64.webp",
                     *           "128": "/media/avatars/2026/11/user42-3f9c2b7d10e84a5f-128.webp",
                     *           "256": "/media/avatars/2026/11/user42-3f9c2b7d10e84a5f-256.webp",
                     *           "512": "/media/avatars/2026/11/user42-3f9c2b7d10e84a5f-512.webp"
                     *         },
                     *         "width": 512,
                     *         "height": 512,
                     *         "content_type": "image/webp",
                     *         "file_size": 32141,
                     *         "placeholder": "1QcSHQRnh493V4dIh4eXh1h4kJUI"
                     *       }
                     *     }
                     */
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
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
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
            /** @description There is no picture now. */
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
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
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
                /** @description Entries of a page. Not for streams. */
                limit?: number;
                /** @description Where the page begins: from the `Link` of the page before. Not for streams. */
                cursor?: string;
                /**
                 * @description Strictly earlier than this instant: ISO 8601 with an offset or `Z`, up to microseconds.
                 * @example 2026-11-22T10:15:32.004211Z
                 */
                before?: string;
                /** @description Strictly later than this instant; the same form. */
                after?: string;
                /**
                 * @description A code of the catalogue, several with commas between, or a family such as `avatar.*`.
                 * @example profile.updated,avatar.*
                 */
                action?: string;
                /** @description Exactly this kind of entity. */
                entity_type?: string;
            };
            header?: {
                accept?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page, or all that there is. */
            200: {
                headers: {
                    /** @description `<…>; rel="next"`: the address of the next page, while there is more. */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "id": "019aab5e-2f3c-7c1e-9d53-0a4f6be1c2d7",
                     *         "action": "settings.updated",
                     *         "entity_type": "settings",
                     *         "entity_id": "42",
                     *         "metadata": {
                     *           "changed": [
                     *             "timezone"
                     *           ],
                     *           "before": {
                     *             "timezone": "UTC"
                     *           },
                     *           "after": {
                     *             "timezone": "Europe/Kyiv"
                     *           }
                     *         },
                     *         "timestamp": "2026-11-22T10:15:32.004211Z",
                     *         "ip_address": "203.0.113.7",
                     *         "user_agent": "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
                     *       }
                     *     ]
                     */
                    "application/json": components["schemas"]["ActivityEntry"][];
                    /** @example {"id":"019aab5e-2f3c-7c1e-9d53-0a4f6be1c2d7","action":"settings.updated","entity_type":"settings","entity_id":"42","metadata":{"changed":["timezone"],"before":{"timezone":"UTC"},"after":{"timezone":"Europe/Kyiv"}},"timestamp":"2026-11-22T10:15:32.004211Z","ip_address":"203.0.113.7","user_agent":"Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"} */
                    "application/x-ndjson": string;
                    /**
                     * @example id,action,entity_type,entity_id,metadata,timestamp,ip_address,user_agent
                     *     019aab5e-2f3c-7c1e-9d53-0a4f6be1c2d7,settings.updated,settings,42,"{""changed"": [""timezone""], ""before"": {""timezone"": ""UTC""}, ""after"": {""timezone"": ""Europe/Kyiv""}}",2026-11-22T10:15:32.004211Z,203.0.113.7,Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0
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
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
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
                 * @description The first day, in your time zone. Default: the first of the 366 days that end with `to`.
                 * @example 2025-11-25
                 */
                from?: string;
                /**
                 * @description The last day, which counts too. Default: today, in your time zone.
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
                    /**
                     * @example {
                     *       "timezone": "Europe/Kyiv",
                     *       "from": "2025-11-25",
                     *       "to": "2026-11-25",
                     *       "days": [
                     *         {
                     *           "date": "2026-11-22",
                     *           "count": 5,
                     *           "actions": {
                     *             "avatar.uploaded": 2,
                     *             "profile.updated": 3
                     *           }
                     *         }
                     *       ]
                     *     }
                     */
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
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
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
                 *         "action": "system.login"
                 *       }
                 *     ]
                 */
                "application/json": components["schemas"]["ActivityBatchEntry"][];
            };
        };
        responses: {
            /** @description How many were new. */
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
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
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
                /** @description An `ETag` you have: 304 when it is still the current one. */
                "if-none-match"?: string;
            };
            path: {
                /** @description `user.id` of the account. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What strangers see. */
            200: {
                headers: {
                    /** @description Of the content. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 42,
                     *       "first_name": "Alex",
                     *       "last_name": "Koval",
                     *       "profile_type": "tutor",
                     *       "avatar_url": "/media/avatars/2026/11/user42-3f9c2b7d10e84a5f-512.webp",
                     *       "avatar": {
                     *         "url": "/media/avatars/2026/11/user42-3f9c2b7d10e84a5f-512.webp",
                     *         "variants": {
                     *           "64": "/media/avatars/2026/11/user42-3f9c2b7d10e84a5f-64.webp",
                     *           "128": "/media/avatars/2026/11/user42-3f9c2b7d10e84a5f-128.webp",
                     *           "256": "/media/avatars/2026/11/user42-3f9c2b7d10e84a5f-256.webp",
                     *           "512": "/media/avatars/2026/11/user42-3f9c2b7d10e84a5f-512.webp"
                     *         },
                     *         "width": 512,
                     *         "height": 512,
                     *         "content_type": "image/webp",
                     *         "file_size": 32141,
                     *         "placeholder": "1QcSHQRnh493V4dIh4eXh1h4kJUI"
                     *       },
                     *       "tutor_profile": {
                     *         "headline": "Mathematics without fear",
                     *         "bio": "Ten years at school, five online.",
                     *         "subjects": [
                     *           "mathematics",
                     *           "algebra"
                     *         ],
                     *         "languages": [
                     *           "uk",
                     *           "en"
                     *         ],
                     *         "experience_years": 15,
                     *         "hourly_rate": {
                     *           "amount": "450.00",
                     *           "currency": "UAH"
                     *         },
                     *         "lesson_formats": [
                     *           "online"
                     *         ]
                     *       },
                     *       "student_profile": null
                     *     }
                     */
                    "application/json": components["schemas"]["PublicProfile"];
                };
            };
            /** @description Unchanged. */
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
            /** @description Too Many Requests */
            429: {
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
                /** @description An `ETag` you have: 304 when it is still the current one. */
                "if-none-match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What strangers see, or would see. */
            200: {
                headers: {
                    /** @description Of the content. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 42,
                     *       "first_name": "Alex",
                     *       "last_name": "Koval",
                     *       "profile_type": "tutor",
                     *       "avatar_url": "/media/avatars/2026/11/user42-3f9c2b7d10e84a5f-512.webp",
                     *       "avatar": {
                     *         "url": "/media/avatars/2026/11/user42-3f9c2b7d10e84a5f-512.webp",
                     *         "variants": {
                     *           "64": "/media/avatars/2026/11/user42-3f9c2b7d10e84a5f-64.webp",
                     *           "128": "/media/avatars/2026/11/user42-3f9c2b7d10e84a5f-128.webp",
                     *           "256": "/media/avatars/2026/11/user42-3f9c2b7d10e84a5f-256.webp",
                     *           "512": "/media/avatars/2026/11/user42-3f9c2b7d10e84a5f-512.webp"
                     *         },
                     *         "width": 512,
                     *         "height": 512,
                     *         "content_type": "image/webp",
                     *         "file_size": 32141,
                     *         "placeholder": "1QcSHQRnh493V4dIh4eXh1h4kJUI"
                     *       },
                     *       "tutor_profile": {
                     *         "headline": "Mathematics without fear",
                     *         "bio": "Ten years at school, five online.",
                     *         "subjects": [
                     *           "mathematics",
                     *           "algebra"
                     *         ],
                     *         "languages": [
                     *           "uk",
                     *           "en"
                     *         ],
                     *         "experience_years": 15,
                     *         "hourly_rate": {
                     *           "amount": "450.00",
                     *           "currency": "UAH"
                     *         },
                     *         "lesson_formats": [
                     *           "online"
                     *         ]
                     *       },
                     *       "student_profile": null
                     *     }
                     */
                    "application/json": components["schemas"]["PublicProfile"];
                };
            };
            /** @description Unchanged. */
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
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
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
                /** @description An `ETag` you have: 304 when it is still the current one. */
                "if-none-match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The types. */
            200: {
                headers: {
                    /** @description Of the content. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        /** @description The member of the profile document that holds the fields. */
                        section: string;
                        labels: {
                            uk: string;
                            en: string;
                        };
                        /** @description A JSON Schema. */
                        schema: {
                            [key: string]: unknown;
                        };
                    }[];
                };
            };
            /** @description Unchanged. */
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
            /** @description Too Many Requests */
            429: {
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
                /** @description An `ETag` you have: 304 when it is still the current one. */
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
                    /** @description Of the content. */
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
                     *         }
                     *       }
                     *     ]
                     */
                    "application/json": {
                        slug: string;
                        labels: {
                            uk: string;
                            en: string;
                        };
                    }[];
                };
            };
            /** @description Unchanged. */
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
            /** @description Too Many Requests */
            429: {
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
                /** @description An `ETag` you have: 304 when it is still the current one. */
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
                    /** @description Of the content. */
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
            /** @description Unchanged. */
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
            /** @description Too Many Requests */
            429: {
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
                /** @description An `ETag` you have: 304 when it is still the current one. */
                "if-none-match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The zones. */
            200: {
                headers: {
                    /** @description Of the content. */
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
                        /** @description From UTC, now. */
                        offset: string;
                        /** @description The zone that the name stands for. */
                        canonical: string;
                    }[];
                };
            };
            /** @description Unchanged. */
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
            /** @description Too Many Requests */
            429: {
                headers: {
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
                     * @description First and last name, parted by the first space.
                     */
                    name: string;
                    /** Format: email */
                    email: string;
                    /** @description Any characters, spaces included. */
                    password: string;
                    /**
                     * @description A profile type; `student` if it is not said. It never changes.
                     * @enum {unknown}
                     */
                    role?: "tutor" | "student";
                    /**
                     * Format: uri-reference
                     * @description Where the link in the mail leads in the end. A path on this server, or on an origin that it trusts.
                     */
                    callbackURL?: string;
                };
            };
        };
        responses: {
            /** @description The account, or what looks like it. */
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
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
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
                    /** @description `false`: the session ends within a day, its cookie with the browser. */
                    rememberMe?: boolean;
                    /**
                     * Format: uri-reference
                     * @description Where to go next; it comes back as `url`. A path on this server, or on an origin that it trusts.
                     */
                    callbackURL?: string;
                    /** @description The `token` of the link that confirms the e-mail. Pages of this server need not send it: a cookie has it. */
                    verificationToken?: string;
                };
            };
        };
        responses: {
            /** @description The session, also as the cookie `upm.session_token` (`__Secure-upm.session_token` with HTTPS). */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "token": "Zk3vWq0Jm8rT5xYbN2cLh7PdS4gAe9Uf",
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
                        /** @description The Bearer token of the session. */
                        token: string;
                        /** @description Whether a `callbackURL` was given. */
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
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
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
            /** @description There is no session now. */
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
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
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
                /** @description Changes nothing: sessions are always read from the database. */
                disableCookieCache?: boolean;
                /** @description Do not prolong the session. */
                disableRefresh?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The session and its user; null when nobody is signed in. The header `set-auth-jwt` has an access token. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "session": {
                     *         "id": "019aab5e-0a4f-7b21-93d6-5e8c7f1a0b94",
                     *         "token": "Zk3vWq0Jm8rT5xYbN2cLh7PdS4gAe9Uf",
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
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Too Many Requests */
            429: {
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
            /** @description A new token. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description A JWT. */
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
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Too Many Requests */
            429: {
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
            /** @description Too Many Requests */
            429: {
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
                     *         "token": "Zk3vWq0Jm8rT5xYbN2cLh7PdS4gAe9Uf",
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
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Too Many Requests */
            429: {
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
                 *       "token": "Zk3vWq0Jm8rT5xYbN2cLh7PdS4gAe9Uf"
                 *     }
                 */
                "application/json": {
                    /** @description As it is listed. */
                    token: string;
                };
            };
        };
        responses: {
            /** @description Done. */
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
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
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
            /** @description Done. */
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
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
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
            /** @description Done. */
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
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
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
                    /** @description Any characters, spaces included. */
                    newPassword: string;
                    /** @description End all sessions, and begin a new one in the place of this one. */
                    revokeOtherSessions?: boolean;
                };
            };
        };
        responses: {
            /** @description The password is the new one. */
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
                        /** @description Of the new session, which has its cookie as well; else null. */
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
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
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
                     * @description Where the link in the mail leads in the end. A path on this server, or on an origin that it trusts.
                     */
                    redirectTo?: string;
                };
            };
        };
        responses: {
            /** @description Taken. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
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
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
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
                /** @description Where to go next. A path on this server, or on an origin that it trusts. */
                callbackURL: string;
            };
            header?: never;
            path: {
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description To `callbackURL`. */
            302: {
                headers: {
                    /** @description With `error` and a code where it went wrong. */
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
            /** @description Too Many Requests */
            429: {
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
                    /** @description What the link in the mail has added to its address. */
                    token: string;
                    /** @description Any characters, spaces included. */
                    newPassword: string;
                };
            };
        };
        responses: {
            /** @description Done. */
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
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
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
                     * @description Where the link in the mail leads in the end. A path on this server, or on an origin that it trusts.
                     */
                    callbackURL?: string;
                };
            };
        };
        responses: {
            /** @description Done. */
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
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["SignInProblem"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
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
                token: string;
                /** @description Where to go next. A path on this server, or on an origin that it trusts. */
                callbackURL?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It was confirmed before; no `callbackURL` was given. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status: boolean;
                        user: null;
                    };
                };
            };
            /** @description To `callbackURL`. */
            302: {
                headers: {
                    /** @description With `error` and a code where it went wrong. */
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
            /** @description Too Many Requests */
            429: {
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
            /** @description It does. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
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
            /** @description They do. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
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
            /** @description Service Unavailable */
            503: {
                headers: {
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
  | 'image_required'
  | 'image_single'
  | 'image_unsupported'
  | 'image_corrupt'
  | 'image_too_large'
  | 'crop_invalid'
  | 'unauthorized'
  | 'forbidden'
  | 'role_unknown'
  | 'not_found'
  | 'method_not_allowed'
  | 'conflict'
  | 'email_taken'
  | 'precondition_failed'
  | 'file_too_large'
  | 'payload_too_large'
  | 'unsupported_media_type'
  | 'range_not_satisfiable'
  | 'not_acceptable'
  | 'headers_too_large'
  | 'rate_limited'
  | 'bad_request'
  | 'internal_error'
  | 'page_missing'
  | 'unavailable'
  | 'CREDENTIAL_ACCOUNT_NOT_FOUND'
  | 'EMAIL_ALREADY_VERIFIED'
  | 'EMAIL_MISMATCH'
  | 'INVALID_EMAIL'
  | 'INVALID_PASSWORD'
  | 'INVALID_TOKEN'
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
  | 'EMAIL_NOT_VERIFIED'
  | 'INVALID_CALLBACK_URL'
  | 'INVALID_ORIGIN'
  | 'INVALID_REDIRECT_URL'
  | 'MISSING_OR_NULL_ORIGIN'
  | 'FAILED_TO_CREATE_USER'

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
  | 'unknown_value'
  | 'invalid_format'
  | 'out_of_range'
  | 'wrong_password'
