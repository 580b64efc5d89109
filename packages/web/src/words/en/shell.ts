/** What stands round the screens. */
export const shell = {
  offline: 'No connection. What is on this device works; backups wait.',
  newVersion: 'A new version is ready.',
  newVersionLater: 'A new version is ready. Better wait until what is under way is done.',
  update: 'Reload',
  otherTabTitle: 'Strongroom is open in another tab',
  otherTabText: 'Only one tab at a time can work with your chats, so that nothing is written twice.',
  useHere: 'Use it here',
  brokenTitle: 'This screen stopped working',
  brokenText: 'Your chats and your backup are not touched. Loading the page again usually mends it.',
  reload: 'Load again',
  notFoundTitle: 'There is nothing here',
  notFoundText: 'The address leads nowhere in this app.',
  toChats: 'To your chats',
  chooseChat: 'Choose a chat to read it here.',
  chooseSetting: 'Choose on the left what you want to see.',
  skip: 'Skip to the content',
  list: 'List',
  damagedRestore: 'Restore from backup',
  damagedAnew: 'Start again without them',
  damagedNote:
    'The damaged file is kept aside on this device. Your backup stays as it is: nothing is backed up over it until you have restored, or chosen to do without.',
  insecureTitle: 'Open this page over HTTPS',
  insecureText:
    'Over a plain connection the browser offers no cryptography, so your chats could not be protected here.',
};
