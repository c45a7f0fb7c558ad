import fc from 'fast-check';
import type { Json } from '../../deployment/json';
import { findReferences, type Lookup, parseReference, resolveReferences } from '../../deployment/references';

const place = { stack: 'storage', resource: 'aws_x.y', property: 'z' };
const values: Record<string, Json> = {
  'aws_db_instance.mysql.port': 3306,
  'aws_db_instance.mysql.address': '127.0.0.1',
  'aws_db_instance.mysql.master_user_secret[0].secret_arn': 'arn:secret',
  'aws_s3_bucket.data.tags["a b"]': 'tag',
  'local.existing_mysql.server.host': 'db.example.com',
  'data.terraform_remote_state.network.outputs.subnet_ids': ['a', 'b'],
};
const lookup: Lookup = ({ text }) => values[text];

describe('references', () => {
  it.each<[string, Json, string]>([
    ['plain', 'plain', 'text without a reference stays as it is'],
    ['', '', 'an empty text stays empty'],
    ['${aws_db_instance.mysql.port}', 3306, 'a whole reference keeps its type'],
    ['${ aws_db_instance.mysql.port }', 3306, 'blanks inside the braces mean nothing'],
    [
      '${data.terraform_remote_state.network.outputs.subnet_ids}',
      ['a', 'b'],
      'a whole reference may be a list',
    ],
    [
      '${aws_db_instance.mysql.address}:${aws_db_instance.mysql.port}',
      '127.0.0.1:3306',
      'several in one text',
    ],
    ['${aws_db_instance.mysql.master_user_secret[0].secret_arn}', 'arn:secret', 'a list index'],
    ['${aws_s3_bucket.data.tags["a b"]}', 'tag', 'a quoted key'],
    ['${local.existing_mysql.server.host}', 'db.example.com', 'what was there before'],
    ['$${aws:userid}', '${aws:userid}', 'an escaped dollar is text'],
    ['100%%{x}', '100%{x}', 'an escaped percent is text'],
    ['$5 { } %', '$5 { } %', 'a lone sign is text'],
  ])('resolves %j to %j: %s', (text, expected) => {
    expect(resolveReferences(text, place, lookup)).toEqual(expected);
  });

  it.each([
    ['${join(",", aws_x.y.z)}', 'a function'],
    ['${aws_x.y.z + 1}', 'an operator'],
    ['${aws_x.y[*].z}', 'a splat'],
    ['${aws_x.y}', 'a resource without an attribute'],
    ['${var.name}', 'a variable'],
    ['${local.host}', 'a local that is no thing'],
    ['${each.value.name}', 'an iterator'],
    ['${aws_x.y.z', 'an expression that is not closed'],
    ['%{ if true }x%{ endif }', 'a directive'],
    ['a ${data.terraform_remote_state.network.outputs.subnet_ids}', 'a list inside a text'],
    ['${aws_x.unknown.z}', 'a reference to nothing'],
  ])('refuses %j, %s, and names stack, resource and property', (text) => {
    expect(() => resolveReferences({ deep: [{ value: text }] }, place, lookup)).toThrow(
      /stack storage: aws_x\.y\.z\.deep\[0\]\.value holds/,
    );
  });

  it('resolves in lists and objects, however deep', () => {
    expect(
      resolveReferences({ a: [{ b: '${aws_db_instance.mysql.port}' }, null, true, 1] }, place, lookup),
    ).toEqual({ a: [{ b: 3306 }, null, true, 1] });
  });

  it('finds each reference with its address and path', () => {
    expect(
      findReferences({ a: '${aws_x.y.z[0].w}', b: ['${data.aws_region.current.name}', '$${no}'] }, place),
    ).toEqual([
      { address: 'aws_x.y', path: ['z', 0, 'w'], text: 'aws_x.y.z[0].w' },
      { address: 'data.aws_region.current', path: ['name'], text: 'data.aws_region.current.name' },
    ]);
  });

  it('any text survives escaping and resolving', () => {
    const escaped = (text: string): string => text.replace(/[$%](?={)/g, (sign) => sign + sign);
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', '{', '}', '%{', '${', ' ', 'é')), (pieces) => {
        const text = pieces.join('');
        expect(resolveReferences(escaped(text), place, lookup)).toBe(text);
      }),
    );
  });

  it('a reference is parsed back from its own text', () => {
    const name = fc
      .stringMatching(/^[a-z_][a-z0-9_-]{0,8}$/)
      .filter((text) => !/^(var|local|module|each|count|path|terraform|self|data)$/.test(text));
    const step = fc.oneof(name, fc.nat(20));
    fc.assert(
      fc.property(name, name, fc.array(step, { minLength: 1 }), (type, label, path) => {
        const text = [
          `${type}.${label}`,
          ...path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`)),
        ].join('');
        expect(parseReference(text, place)).toEqual({ address: `${type}.${label}`, path, text });
      }),
    );
  });
});
