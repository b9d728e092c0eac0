/** The video bundle's contract: what its lexicons say of an endpoint, and whether an answer is as they say. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Lexicons, type LexUserType, type LexiconDoc } from '@atproto/lexicon'
import { ROOT } from '../../../scripts/localnet/places.ts'

const FOLDER = join(ROOT, 'lexicons/app/streamhut/vod')
const AUTHORITY = 'app.streamhut.vod'

/** What a caller gives: as a query spells it, a list once for each of its values. */
export type Input = Readonly<Record<string, string | readonly string[]>>

/** A parameter, as far as lexicons tell of one. Bounds are of the items where there is a list of them, but for `most`. */
export interface Parameter {
  name: string
  required: boolean
  type: string
  /** Values of a list; undefined for what is none. */
  most: number | undefined
  minimum?: number
  maximum?: number
  enum?: readonly (string | number)[]
  maxLength?: number
  format?: string
}

export interface Contract {
  parameters: readonly Parameter[]
  /** The media type of an answer. */
  encoding: string
  /** Names of errors, with the statuses that their descriptions begin with. */
  errors: ReadonlyMap<string, readonly number[]>
}

type Definition = { type: string; ref?: string; items?: Definition; properties?: Record<string, Definition>; required?: string[] } & Omit<Partial<Parameter>, 'required' | 'type'>
interface Query {
  type: 'query'
  parameters?: Definition
  output: { encoding: string; schema?: Definition }
  errors?: { name: string; description?: string }[]
}

const documents = readdirSync(FOLDER).map((file) => JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as LexiconDoc)
const lexicons = new Lexicons(documents)

/** The contract of each endpoint, by its name. */
export const contracts: ReadonlyMap<string, Contract> = new Map(
  documents.filter(({ defs }) => defs['main']).map(({ id }) => [id.slice(AUTHORITY.length + 1), contractOf(queryOf(id.slice(AUTHORITY.length + 1)))]),
)

/** What an input is as JSON: numbers where the lexicon has them, a list where it has one. Fails when the lexicon refuses it. */
export function typed(endpoint: string, input: Input): Record<string, unknown> {
  const { parameters = { type: 'params' } } = queryOf(endpoint)
  const values = Object.entries(input).map(([name, value]) => [name, typedAs(parameters.properties?.[name] ?? { type: 'string' }, value)] as const)
  const given = Object.fromEntries(values)
  lexicons.assertValidXrpcParams(nsid(endpoint), given)
  return given
}

/** What is wrong with the JSON of an answer: what the lexicon refuses, else every field that it doesn't know. */
export function complaints(endpoint: string, answer: unknown): string[] {
  const { schema } = queryOf(endpoint).output
  try {
    lexicons.assertValidXrpcOutput(nsid(endpoint), schema ? withoutDecimals(schema, answer) : answer)
  } catch (error) {
    return [(error as Error).message]
  }
  return schema ? unknownFields(schema, answer, '') : ['the lexicon knows no JSON']
}

/** Spellings that no caller may send in place of a parameter's value, by the lexicon alone. */
export function refusedSpellings({ type, format, minimum, maximum, enum: known, maxLength }: Parameter): string[] {
  const below = minimum === undefined ? [] : [String(minimum - 1)]
  const above = maximum === undefined ? [] : [String(maximum + 1), '99999999999999999999']
  const long = maxLength === undefined ? [] : ['x'.repeat(maxLength + 1)]
  const other = known ? ['none-of-these', ...known.map((one) => `${one}x`)] : []
  const numbers = type === 'integer' ? ['NaN', 'Infinity', '-1', '1.5', '0x10', '1e999', 'ten'] : []
  return [...new Set([...below, ...above, ...long, ...other, ...numbers, ...(FORMATS[format ?? ''] ?? [])])]
}

const FORMATS: Record<string, string[]> = {
  'at-uri': ['x', 'https://stream.place/x', 'at://', 'at://alice.test/place.stream.video/3my65pampecpb', 'at://did:plc:jtfnthvf2ryakrpavyjd33uu/place.stream.livestream/3my65pampecpb', 'javascript:alert(1)'],
  'at-identifier': ['-', 'did:', 'did:plc:', 'two words', 'https://alice.test', '..'],
  cid: ['x', 'bafy', '-1'],
}

function contractOf({ parameters, output, errors = [] }: Query): Contract {
  const properties = Object.entries(parameters?.properties ?? {})
  return {
    parameters: properties.map(([name, definition]) => {
      const { type, items, maxLength } = definition
      const { minimum, maximum, enum: known, format, maxLength: length } = items ?? definition
      const bounds = Object.entries({ minimum, maximum, enum: known, format, maxLength: length }).filter(([, value]) => value !== undefined)
      return { name, required: parameters?.required?.includes(name) ?? false, type: items?.type ?? type, most: items ? (maxLength ?? Infinity) : undefined, ...Object.fromEntries(bounds) }
    }),
    encoding: output.encoding,
    errors: new Map(errors.map(({ name, description = '' }) => [name, statuses(description)])),
  }
}

/** `403, for pages 410: the node withholds it` → 403 and 410. */
function statuses(description: string): number[] {
  const [told = ''] = description.split(':')
  return (told.match(/\b[45]\d\d\b/g) ?? []).map(Number)
}

function typedAs(definition: Definition, value: string | readonly string[]): unknown {
  if (definition.type === 'array') return [value].flat().map((item) => typedAs(definition.items ?? { type: 'string' }, item))
  // As a query spells whole numbers: `Number` would take `0x10` for one.
  return definition.type === 'integer' && /^-?\d+$/.test(String(value)) ? Number(value) : value
}

function unknownFields(definition: Definition, value: unknown, path: string): string[] {
  const { type, items, properties = {} } = resolved(definition)
  if (type === 'array' && items && Array.isArray(value)) return value.flatMap((item, at) => unknownFields(items, item, `${path}/${at}`))
  if (type !== 'object' || !isObject(value)) return []
  return Object.entries(value).flatMap(([name, field]) => {
    const known = Object.hasOwn(properties, name) ? properties[name] : undefined
    return known ? unknownFields(known, field, `${path}/${name}`) : [`${path}/${name} is not documented`]
  })
}

/** The language has no numbers with decimals. They are `unknown`, for which its validator takes objects alone. */
function withoutDecimals(definition: Definition, value: unknown): unknown {
  const { type, items, properties = {} } = resolved(definition)
  if (type === 'unknown' && typeof value === 'number') return {}
  if (type === 'array' && items && Array.isArray(value)) return value.map((item) => withoutDecimals(items, item))
  if (type !== 'object' || !isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, properties[name] ? withoutDecimals(properties[name], field) : field]))
}

function resolved(definition: Definition): Definition {
  return definition.type === 'ref' ? (lexicons.getDefOrThrow(definition.ref ?? '') as LexUserType & Definition) : definition
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function queryOf(endpoint: string): Query {
  return lexicons.getDefOrThrow(nsid(endpoint), ['query']) as unknown as Query
}

function nsid(endpoint: string): string {
  return `${AUTHORITY}.${endpoint}`
}
