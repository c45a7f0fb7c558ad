/**
 * What this deployment uses and does not own, as Terraform locals that have types and names as resources do. Terraform
 * puts the values in their place; on the laptop the twin of the same service stands in for the thing, and answers with
 * its own. Policies name what they are about literally all the same (decision D2).
 */
import { TerraformLocal } from 'cdktf';
import type { Construct } from 'constructs';
import { stackOf } from './stack-of';

/** The types; `local/services/` says of each which twin plays it, or why none does. */
export type ExistingType =
  | 'existing_kms_key'
  | 'existing_secret'
  | 'existing_vpc'
  | 'existing_subnet'
  | 'existing_security_group'
  | 'existing_vpc_endpoint'
  | 'existing_mysql'
  | 'existing_dynamodb_table'
  | 'existing_redshift';

/** Facts about a thing; an argument that it does not have is left out. */
export type ExistingArguments = Readonly<Record<string, string | number | boolean | undefined>>;

/** Declares things of one type, by name, beside those that the stack already has. @returns each argument as a reference */
export function addExisting<Name extends string, Given extends ExistingArguments>(
  scope: Construct,
  type: ExistingType,
  things: Readonly<Record<Name, Given>>,
): { readonly [Thing in Name]: { readonly [Argument in keyof Given]: string } } {
  const references: Record<string, Record<string, string>> = {};
  const values: Record<string, ExistingArguments> = {};
  for (const [name, given] of Object.entries<Given>(things)) {
    const known = Object.entries(given).filter(([, value]) => value !== undefined);
    values[name] = Object.fromEntries(known);
    references[name] = Object.fromEntries(
      known.map(([argument]) => [argument, `\${local.${type}.${name}.${argument}}`]),
    );
  }
  const stack = stackOf(scope);
  const local =
    (stack.node.tryFindChild(type) as ExistingThings | undefined) ?? new ExistingThings(stack, type);
  local.add(values);
  return references as { [Thing in Name]: { [Argument in keyof Given]: string } };
}

/** All things of one type in a stack. */
class ExistingThings extends TerraformLocal {
  private readonly things: Record<string, ExistingArguments> = {};

  constructor(stack: Construct, type: ExistingType) {
    super(stack, type, {});
  }

  add(things: Readonly<Record<string, ExistingArguments>>): void {
    this.expression = Object.assign(this.things, things);
  }
}
