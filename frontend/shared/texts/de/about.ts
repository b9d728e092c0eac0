import type { about as english } from '../en/about.ts'

export const about: typeof english = {
  title: 'Über Streamhut',
  parts: [
    { title: 'Was das ist', text: ['Ein Ort für Videos von Menschen, die sie selbst aufbewahren. Jedes Video ist ein Eintrag im eigenen Repository seines Urhebers im AT Protocol, dem Netz, auf dem auch Bluesky läuft.'] },
    { title: 'Wo die Videos liegen', text: ['Streamhut bewahrt kein Video auf. Der Eintrag liegt auf dem Server seines Urhebers und der Film bei Streamplace; von dort holt ihn dein Browser. Löscht der Urheber den Eintrag, ist das Video weg, hier und überall.', 'Listen, Bilder und Seiten macht offener Code, den jeder prüfen und selbst betreiben kann: Er liegt im Repository seines Autors, so wie die Videos.'] },
    { title: 'Deine Privatsphäre', text: ['Es gibt keine Tracker, keine Werbung und weder Skripte noch Schriften von anderen. Cookies merken sich deine Sprache, ob du es hell oder dunkel magst und wie breit du den Player willst, sonst nichts. Wer sich anmeldet, bleibt diesem Browser bis zum Abmelden bekannt. Was du gesehen hast, bleibt in diesem Browser; auf der Seite „Verlauf“ kannst du das abschalten und löschen.', 'Wer ein Video oder ein Bild ausliefert, sieht wie jeder Webserver die Adresse deines Anschlusses.'] },
    { title: 'Deinen Kanal hinzufügen', text: ['Veröffentliche ein Video mit Streamplace. Melde dich dann hier mit deinem Handle an und füge deinen Kanal hinzu: Nach wenigen Minuten stehen deine Videos in den Listen. Du kannst das jederzeit zurücknehmen.'] },
  ],
  licence: 'Streamhut ist freie Software unter der',
  licenceName: 'MIT-Lizenz',
}
