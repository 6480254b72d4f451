/**
 * A rule of a simulated source that counts how often it strikes: a simulation looks at a rule's
 * fault then, and only then.
 */
export function striking<Rule extends { fault: unknown }>(rule: Rule) {
  let struck = 0;
  return {
    ...rule,
    struck: () => struck,
    get fault(): Rule['fault'] {
      struck += 1;
      return rule.fault;
    },
  };
}
