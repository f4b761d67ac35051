/** What an expression may be at most (SPEC §17.3). Checked before anything is compiled. */
export const expressionLimits = {
  /** Bytes of its text in UTF-8. */
  textBytes: 4_096,
  /** Nodes of its tree: operators, operands, calls. */
  nodes: 500,
  /** Operators, calls and parentheses within each other. */
  depth: 50,
  /** Characters of a text that it computes; a longer one is Bad. */
  resultCharacters: 4_096,
} as const;
