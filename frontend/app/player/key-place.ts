import type { KeyPlace } from './keys.ts'

const TYPED = new Set(['text', 'search', 'email', 'url', 'tel', 'password', 'number', 'date', 'time', 'month', 'week', 'datetime-local', 'color'])
const PRESSED = new Set(['button', 'a', 'summary'])
const ALL_ROLES = new Set(['menu', 'menuitem', 'menuitemradio', 'menuitemcheckbox', 'listbox', 'combobox', 'textbox', 'searchbox', 'dialog', 'alertdialog', 'tree', 'grid'])
const ARROW_ROLES = new Set(['slider', 'spinbutton', 'scrollbar', 'radio', 'tab'])

/** Reads from an event's path, innermost first, whose keys they are. `player` is the element that the player fills. */
export function placeOf(path: readonly EventTarget[], player: Element): KeyPlace {
  const elements = path.filter((target) => target instanceof Element)
  const needs = elements.map(ownKeys)
  const own = (['all', 'arrows', 'press'] as const).find((kind) => needs.includes(kind)) ?? 'none'
  return { inPlayer: elements.includes(player), own }
}

function ownKeys(element: Element): KeyPlace['own'] {
  const name = element.localName
  const role = element.getAttribute('role') ?? ''
  if (name === 'textarea' || name === 'select' || name === 'dialog' || ALL_ROLES.has(role)) return 'all'
  if (element instanceof HTMLElement && element.isContentEditable) return 'all'
  if (element instanceof HTMLInputElement) return TYPED.has(element.type) ? 'all' : element.type === 'range' || element.type === 'radio' ? 'arrows' : 'press'
  if (ARROW_ROLES.has(role)) return 'arrows'
  return PRESSED.has(name) || role === 'button' || role === 'link' || role === 'switch' || role === 'checkbox' ? 'press' : 'none'
}
