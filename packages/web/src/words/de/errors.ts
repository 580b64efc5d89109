import type { ErrorWords } from '../en/errors.ts';
import type { Format } from '../format.ts';

const tries = (count: number, format: Format): string =>
  format.plural(count, { one: '# Versuch', other: '# Versuche' });

/** The sentence of each error. */
export const errors: ErrorWords = {
  'wrong-password': ({ guessesLeft, waitUntil }, format) =>
    guessesLeft === 0
      ? 'Falsches Passwort. Das war der letzte Versuch: Dieses Passwort öffnet das Backup nicht mehr. Dein 64-stelliger Schlüssel, ein Passkey oder ein Gerät, das das Backup noch hat, öffnet es.'
      : `Falsches Passwort. Noch ${tries(guessesLeft, format)}.${waitUntil === null ? '' : ` Nächster Versuch ${format.until(waitUntil)}.`}`,
  'must-wait': ({ until, guessesLeft }, format) =>
    `Zu früh. Nächster Versuch ${format.until(until)}; noch ${tries(guessesLeft, format)}.`,
  locked: () =>
    'Gesperrt: Zu oft wurde ein falsches Passwort versucht, und der Tresor hat gelöscht, was ein Passwort öffnet. Dein 64-stelliger Schlüssel oder ein Passkey öffnet das Backup noch; oder wähle ein neues Passwort auf einem Gerät, das es noch hat.',
  'not-registered': () =>
    'Kein Passwort schützt ein Backup dieser Nummer. Nimm deinen 64-stelligen Schlüssel oder einen Passkey, wenn du einen hast.',
  stale: () => 'Auf einem anderen Gerät hat sich inzwischen etwas geändert. Versuch es noch einmal.',
  contested: ({ until }, format) =>
    `Diese Nummer hat schon ein Backup-Passwort. Deines tritt ${format.until(until)} an seine Stelle, wenn kein Gerät, das das Backup hat, es abbricht. Komm dann wieder.`,
  'replacement-cancelled': () =>
    'Deine Bitte, den Backup-Schlüssel zu ersetzen, gilt nicht mehr: Ein Gerät, das das Backup hat, hat sie abgebrochen, oder eine neuere trat an ihre Stelle. Du kannst noch einmal bitten.',
  'vault-misbehaved': () =>
    'Ein Tresor hielt sich nicht an die Regeln. Ihm wurde nicht vertraut, und er hat nichts erfahren. Bitte melde das.',
  unavailable: ({ answered, needed }, format) =>
    `Der Tresor ist nicht erreichbar: ${format.number(answered)} von ${format.number(needed)} nötigen haben geantwortet. Versuch es später noch einmal.`,
  malformed: () => 'Eine Antwort war nicht lesbar. Versuch es noch einmal; bleibt es so, melde es bitte.',
  'not-authorised': () => 'Abgelehnt: Dieses Gerät darf das nicht.',
  'weak-password': () => 'Wähle ein anderes Passwort: Dieses ist zu leicht zu erraten.',
  'signed-out': () => 'Dieses Gerät ist nicht angemeldet. Melde dich zuerst mit deiner Nummer an.',
  'wrong-code': ({ triesLeft }, format) =>
    triesLeft === 0
      ? 'Falscher Code, und für ihn gibt es keinen Versuch mehr. Lass dir einen neuen schicken.'
      : `Falscher Code. Noch ${tries(triesLeft, format)}.`,
  'too-many-requests': ({ until }, format) =>
    `Zu viele Anfragen. Versuch es ${format.until(until)} noch einmal.`,
  'too-many-devices': ({ most }, format) =>
    `Deine Nummer hat schon ${format.plural(most, { one: '# Gerät', other: '# Geräte' })}. Entferne eines auf einem anderen Gerät und melde dich dann neu an.`,
  'directory-changed': () =>
    'Die Liste der Tresore auf dem Server ist nicht die, der dieses Gerät vertraut. Nichts wurde an sie gesendet. Frag den Betreiber.',
  offline: () => 'Der Server ist nicht erreichbar. Prüf deine Verbindung und versuch es noch einmal.',
  'malformed-key': ({ group }) =>
    group === null
      ? 'Das ist kein 64-stelliger Schlüssel: Er hat 64 Stellen, jede von 0 bis 9 oder a bis f.'
      : `Gruppe ${group} kann nicht stimmen: Jede Gruppe hat vier Stellen von 0 bis 9 oder a bis f.`,
  'wrong-key': ({ passkey }) =>
    passkey === true
      ? 'Dieser Passkey öffnet dieses Backup nicht.'
      : 'Dieser Schlüssel öffnet dieses Backup nicht. Vergleiche ihn Gruppe für Gruppe.',
  'archive-missing': () => 'In dieser Cloud ist kein verschlüsseltes Backup.',
  'archive-ambiguous': ({ archives }, format) =>
    `In dieser Cloud sind ${format.number(archives.length)} Backups, und es ist nicht klar, welches deines ist.`,
  'archive-damaged': () =>
    'Ein Teil des Backups ist beschädigt. Was heil ist, lässt sich noch wiederherstellen.',
  'archive-incomplete': () =>
    'Ein Teil des Backups fehlt in der Cloud. Was da ist, lässt sich noch wiederherstellen.',
  'no-chats': ({ files, bytes }, format) =>
    `In diesem Backup ${files === 1 ? 'ist' : 'sind'} ${format.plural(files, { one: '# Datei', other: '# Dateien' })} (${format.size(bytes)}), aber keine Chats, die diese App zeigen kann. Es wurde außerhalb von ihr gemacht.`,
  'newer-version': () =>
    'Das Backup wurde von einer neueren Version geschrieben. Aktualisiere zuerst diese App.',
  'other-key': ({ earlier }) =>
    earlier
      ? 'Ein Teil des Backups ist mit einem früheren Schlüssel versiegelt. Er wird ausgelassen.'
      : 'Das Backup ist mit einem anderen Schlüssel versiegelt. Öffne es mit deinem Passwort oder mit deinem neuesten 64-stelligen Schlüssel.',
  'other-writer': () =>
    'Ein anderes Gerät hat dieses Backup übernommen. Dieses hier schreibt nicht mehr hinein.',
  'rolled-back': () =>
    'Die Cloud zeigt ein älteres Backup, als dieses Gerät schon gesehen hat. Nichts wurde geändert.',
  'snapshot-missing': () => 'Dieses Backup ist nicht mehr in der Cloud.',
  'plain-missing': () => 'In dieser Cloud ist kein unverschlüsseltes Backup.',
  'cloud-unreachable': () =>
    'Die Cloud ist nicht erreichbar. Es geht weiter, sobald die Verbindung wieder da ist.',
  'cloud-denied': () => 'Die Cloud hat den Zugriff abgelehnt. Melde dich neu an.',
  'cloud-full': () => 'Die Cloud ist voll. Schaff Platz und sichere dann noch einmal; was da ist, bleibt.',
  'object-missing': () => 'Eine Datei fehlt in der Cloud. Prüf dein Backup unter „Zustand des Backups“.',
  'object-exists': () => 'Ein anderes Gerät war schneller. Versuch es noch einmal.',
  hsm: () => 'Der Tresor hat eine Störung und kann gerade nicht antworten. Versuch es später noch einmal.',
  'already-enabled': () => 'Das Ende-zu-Ende-verschlüsselte Backup ist schon an.',
  'not-enabled': () => 'Das Ende-zu-Ende-verschlüsselte Backup ist nicht an.',
  'proof-needed': ({ until }, format) =>
    until === null
      ? 'Zeig zuerst, dass du es bist: mit deinem Passwort, deinem 64-stelligen Schlüssel oder einem Passkey.'
      : `Dieses Passwort wurde gesetzt, ohne dass jemand zeigte, dass du es warst. Es öffnet dein Backup, und gilt ${format.until(until)} als Beweis.`,
  'target-not-empty': () =>
    'Auf diesem Gerät sind schon Chats. Eine Wiederherstellung überschreibt sie nie; nichts wurde geändert.',
  'source-missing': ({ path }) => `${path} ist nicht zu finden.`,
  'not-an-export': () =>
    'Das ist kein Chat, den WhatsApp exportiert hat. Öffne den Chat in WhatsApp und wähle „Chat exportieren“.',
  'disk-full': () => 'Dieses Gerät ist voll. Schaff Platz und mach weiter; was da ist, bleibt.',
  'not-permitted': () => 'Der Browser erlaubt es nicht. Prüf die Berechtigungen dieser Seite.',
  'in-use': () => 'Das wird gerade anderweitig benutzt. Warte, bis es fertig ist.',
  'profile-damaged': ({ path }) =>
    path.endsWith('chats.db')
      ? 'Die Chats auf diesem Gerät sind beschädigt und lassen sich nicht öffnen. Ein Backup bringt sie zurück; die beschädigte Datei wird aufgehoben.'
      : 'Was dieses Gerät von deinem Konto wusste, ist beschädigt. Melde dich neu an und stell mit deinem Passwort oder deinem 64-stelligen Schlüssel wieder her.',
  'wrong-usage': () => 'Das geht hier nicht.',
  cancelled: () => 'Angehalten. Du kannst dort weitermachen, wo es aufhörte.',
  bug: () => 'Etwas ist passiert, das nicht möglich sein sollte. Bitte melde es.',
};
