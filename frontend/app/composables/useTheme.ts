const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

/** What a browser paints around the page: the grounds of tokens.css. */
const GROUNDS = { light: '#fdfaf6', dark: '#15110f' } as const

/**
 * The viewer's choice of light. It lives in a cookie so that the server already sends the right
 * page: no flash, and no script ahead of the first paint.
 */
export function useTheme() {
  const choice = useChoice('theme')
  const theme = computed<Theme>(() => THEMES.find((name) => name === choice.value) ?? 'system')
  const next = computed<Theme>(() => THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length] ?? 'system')
  function advance() {
    choice.value = next.value
  }
  /** For the page's head. */
  const themeColours = computed(() =>
    theme.value === 'system'
      ? (['light', 'dark'] as const).map((name) => ({ key: `theme-${name}`, name: 'theme-color', content: GROUNDS[name], media: `(prefers-color-scheme: ${name})` }))
      : [{ key: 'theme-light', name: 'theme-color', content: GROUNDS[theme.value] }],
  )
  return { theme, next, advance, themeColours }
}
