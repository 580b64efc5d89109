/**
 * Whether a password is one of the first that anybody would guess: a well-known one, also when dressed up with
 * capitals, look-alike digits or a usual ending; one character or a short piece over and over; a run of the
 * alphabet, the digits or the keyboard. It keeps the first guesses from opening a backup, no more: how many there
 * may be is the vault's business.
 */
export function isCommonPassword(password: string): boolean {
  const plain = password.toLowerCase();
  return isRepetition(plain) || isRun(plain) || isKeyboardWalk(plain) || isKnown(plain);
}

function isRepetition(text: string): boolean {
  return [1, 2, 3, 4].some(
    (period) => text === text.slice(0, period).repeat(text.length).slice(0, text.length),
  );
}

function isRun(text: string): boolean {
  const cycles = ['0123456789'.repeat(2), 'abcdefghijklmnopqrstuvwxyz'.repeat(2)];
  return cycles.some((cycle) => isPart(text, cycle.repeat(Math.ceil(text.length / 10))));
}

function isKeyboardWalk(text: string): boolean {
  return keyboardWalks.some((walk) => isPart(text, walk));
}

function isPart(text: string, whole: string): boolean {
  return whole.includes(text) || Array.from(whole).toReversed().join('').includes(text);
}

function isKnown(text: string): boolean {
  const word = text.replace(usualEnding, '');
  return [text, word].some((form) => knownWords.has(form) || knownWords.has(withoutLookAlikes(form)));
}

function withoutLookAlikes(text: string): string {
  return text.replaceAll(/[@4310$57]/g, (sign) => lookAlikes[sign] ?? sign);
}

const lookAlikes: Readonly<Record<string, string>> = {
  '@': 'a',
  '4': 'a',
  '3': 'e',
  '1': 'i',
  '0': 'o',
  $: 's',
  '5': 's',
  '7': 't',
};

const usualEnding =
  /(?:[@#_.-]?(?:0?1|2|3|7|9|00?7|1[0-3]|2[123]|69|77|88|99|11+|22+|00+|12[34]?|123456?7?8?9?0?|1234?5?|321|666|777|19\d\d|20\d\d))?[!.?*#$@]{0,3}$/;

const keyboardWalks: readonly string[] = [
  '1234567890-=',
  'qwertyuiop[]asdfghjkl;zxcvbnm,./',
  'qwertzuiopasdfghjklyxcvbnm',
  'azertyuiopqsdfghjklmwxcvbn',
  'йцукенгшщзхъфывапролджэячсмитьбю',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/',
  '1qaz!qaz2wsx@wsx3edc#edc',
  '1q2w3e4r5t6y7u8i9o0p',
  'q1w2e3r4t5y6u7i8o9p0',
  '1a2s3d4f5g6h7j8k9l',
  'qazwsxedcrfvtgbyhnujmikolp',
  'zaqxswcdevfrbgtnhymjukilop',
  'zaq1xsw2cde3vfr4bgt5nhy6mju7',
  '!qaz@wsx#edc$rfv',
  '123qweasdzxc',
  'qweasdzxc123',
  'qwe123asd456zxc789',
  'qwer1234asdf5678zxcv',
  '1234qwerasdfzxcv',
  'asdfqwerzxcvtyuighjk',
  '147258369',
  '741852963',
  '159357258456',
  '789456123',
  '123654789',
];

const words = `
  password passwort passwd pass passw0rd password1 mypassword thepassword newpassword oldpassword secret topsecret
  contrasena motdepasse senha parola wachtwoord haslo salasana parol passer kennwort geheim geheimnis secreto
  admin administrator root superuser user username guest test testing tester testtest login logmein letmein
  letmeinnow openup opensesame welcome willkommen bienvenue bienvenido changeme changeit default temp temporary
  trustno trustnoone nopassword nothing whatever whocares forgot forgotten access master computer internet
  server windows microsoft google facebook whatsapp whatsup instagram telegram snapchat twitter youtube apple
  iphone android samsung galaxy nokia huawei xiaomi linkedin myspace yahoo hotmail gmail amazon netflix spotify
  backup mybackup backups chatbackup strongroom vault messages
  qwerty qwertz azerty qwert qwe asd zxc asdf asdfgh asdfasdf qweqwe qweasd qweasdzxc zxcvbn zxcvbnm qazwsx
  qazwsxedc wsxedc abc abcd abcde abcdef abcdefg abcdefgh abcabc aaa aaaa aaaaaa qqqqqq zzzzzz xxxxxx asdasd
  iloveyou iloveu ilovegod ilovejesus ilovemom ilovemyself ilovehim ilovemusic loveyou loveme lovely lover lovers
  love mylove truelove forever foreverlove always tequiero teamo teamomucho amor mivida micorazon corazon jetaime
  chouchou doudou loulou ichliebedich schatz liebe tiamo amoremio amore saranghae aishiteru tiamomucho
  sunshine princess princesa prinzessin princesse prinses queen king kingdom angel angels angelo babygirl babyboy
  babyblue baby babe honey sweetie sweetheart sweety darling cutie cutiepie beautiful gorgeous hello hellohello
  hallo hallohallo bonjour hola ciao helloworld goodbye monkey dragon tigger tiger lion panther eagle eagles
  falcon hawk wolf wolves bear bears panda koala kitty hellokitty kitten pussycat cat dog doggy puppy snoopy
  scooby scoobydoo horse pony unicorn dolphin dolphins turtle butterfly mariposa schmetterling papillon ladybug
  spider spiderman superman batman ironman wonderwoman supergirl superstar superhero avengers marvel deadpool
  wolverine hulk joker harley harleyquinn captain captainamerica transformers matrix terminator gandalf frodo
  lordoftherings harrypotter hogwarts potter hermione dumbledore gryffindor starwars startrek skywalker darthvader
  yoda jedi stargate simpsons southpark pokemon pikachu charizard naruto sasuke uchiha goku vegeta dragonball
  dragonballz onepiece minecraft fortnite roblox zelda mario supermario nintendo playstation xbox warcraft
  worldofwarcraft starcraft diablo counterstrike halo leagueoflegends assassin sephiroth finalfantasy kingdomhearts
  football futbol fussball soccer baseball basketball softball volleyball hockey tennis golf golfer swimming
  running rugby cricket wrestling boxing cowboys steelers packers yankees redsox lakers rangers broncos raiders
  patriots giants dodgers cubs chelsea arsenal liverpool everton manchester manutd manunited mancity tottenham
  realmadrid madrid barcelona barca juventus milan acmilan inter napoli bayern bayernmunchen dortmund schalke
  ajax feyenoord psg marseille galatasaray fenerbahce besiktas flamengo corinthians palmeiras riverplate bocajuniors
  ronaldo cristiano messi neymar beckham maradona ronaldinho jordan kobe lebron tiger schumacher
  michael michelle jennifer jessica ashley amanda nicole daniel daniela danielle andrew andrea anthony matthew
  joshua christopher christian christine christina jonathan alexander alexandra alejandro alejandra sebastian
  valentina isabella gabriel gabriela samantha elizabeth victoria stephanie katherine caroline charlotte madison
  brandon justin jordan taylor hannah sophie thomas robert richard william charles charlie patrick maggie martin
  martina marina maria mariana marie jesus jesuschrist christ god godisgood godislove jehovah allah bismillah
  muhammad mohammed ahmed fatima blessed blessing faith heaven amen bible church savior angel gabriel
  summer winter spring autumn january february march april august september october november december monday
  friday sunday weekend holiday vacation birthday christmas halloween valentine sommer winter
  family familia familie mother father mommy daddy mama papa mamapapa mom dad sister brother friend friends
  bestfriend bestfriends children daughter grandma husband wife
  money dollar million millionaire rich richard success winner champion number one numberone lucky lucky7
  happy happiness smile smiley sweet chocolate cookie cookies cupcake candy strawberry banana cherry peaches orange
  apples pumpkin pepper ginger coffee whisky vodka beer pizza cheese bacon chicken
  purple yellow green blue black white red pink silver golden rainbow diamond crystal flower flowers blossom rose
  roses daisy lavender jasmine tulip sunflower
  america england london paris berlin deutschland germany france italia espana mexico brasil brazil argentina
  colombia india pakistan canada australia russia rossiya ukraine kiev china japan tokyo korea indonesia
  philippines nigeria africa istanbul turkiye turkey texas california florida newyork chicago boston dallas
  mustang camaro corvette ferrari porsche mercedes bmw audi toyota honda yamaha kawasaki suzuki harleydavidson
  metallica nirvana slipknot eminem tupac snoop blink greenday linkinpark ledzeppelin beatles rockstar rocknroll
  music musica guitar piano drummer guitarist michaeljackson justinbieber onedirection blackpink bts army
  freedom liberty peace hope dream dreams dreamer magic mystery shadow phantom ghost hunter killer ninja samurai
  warrior knight wizard merlin phoenix thunder lightning storm hurricane tornado fire ice sniper soldier marine
  police doctor teacher student school college university engineer hacker hacked anonymous undertaker maverick
  cowboy scorpion cobra viper venom hotrod speedy turbo monster creative trouble badboy badgirl bitch fuckyou
  fuckoff fuck asshole bullshit sexy sexygirl hotstuff pussy dick penis biteme blowme poop shit
  bubbles buster bailey buddy rocky max bella lucky toby sparky shelby molly daisy sadie cooper oliver chloe
  zxcasdqwe qwaszx passion
  changethis p@ssword pa55word password! letmein! abc12345 1234abcd abcd1234 a1234567 a12345678 aa123456 aa12345678
  1234567a 12345678a 123456789a q1234567 123456aa 123456qq 123456qwerty qwerty123456 123456abc abc123456 123abc123
  123qwe123 123123qwe asd123asd 1234qwer qwer1234 12qwaszx qwaszx12 asdf1234 zxcv1234 1q1q1q1q 1qazxsw2 zaq12wsx
  woaini woaini1314 5201314 5201314520 1314520 a5201314 5201314520 trustno1 jordan23 ncc1701d blink182 rush2112 thx1138 agent007
  12344321 11223344 1122334455 11112222 11221122 12121212 13131313 12312312 123123123 1231231234 112233445566
  12301230 98765432 123454321 1234554321 12345654321 87651234 24681357 13572468 13579246 10203040 19283746 147852369 11235813
  31415926 3141592654 27182818 14789632 123698745 159753456 159951159 01234567 20002000
`;

const knownWords: ReadonlySet<string> = new Set(words.trim().split(/\s+/));
