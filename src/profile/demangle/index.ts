import { demangleCpp } from './cpp.ts';
import { demangleRustLegacy } from './rustLegacy.ts';
import { demangleRustV0 } from './rustV0.ts';

/**
 * A symbol's name as its language writes it: Rust in both of its schemes, C++ (Itanium) in the common part of its grammar. Any other name, and one
 * that is not understood to its end, stays as it is.
 */
export function demangle(symbol: string): string {
  if (!/^_{1,3}[RZ]/.test(symbol)) return symbol;
  return demangleRustLegacy(symbol) ?? demangleRustV0(symbol) ?? demangleCpp(symbol) ?? symbol;
}
