/** Whether the browser says that it has no network, and whether the last call of the bundle, `away`, went unanswered; on the server neither. */
export function useConnection() {
  const offline = useState('offline', () => false)
  const away = useState('away', () => false)
  return { offline, away }
}
