/** What is wrong stands right under the input, and the hint below it, so that a counter stays at the edge. */
export const wrapperOrder: ('label' | 'input' | 'error' | 'description')[] = [
  'label',
  'input',
  'error',
  'description',
]
