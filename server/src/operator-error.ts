/**
 * A failure that an operator can do something about. Its message says what, and what to do; it is shown by itself,
 * without a stack.
 */
export class OperatorError extends Error {}
