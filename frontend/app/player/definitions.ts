import 'media-chrome/media-controller'
import 'hls-video-element'

export { default as workerUrl } from 'hls.js/dist/hls.worker.js?url'
export { setLanguage } from 'media-chrome/utils/i18n.js'
