import { OperatorError } from '../operator-error.ts'

/** The database cannot be brought to this version; the message says why in one line. */
export class MigrationError extends OperatorError {}
