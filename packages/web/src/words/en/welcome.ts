/** The first screen. */
export const welcome = {
  title: 'Strongroom',
  claim: 'Your chats, safe in a cloud that cannot read them.',
  text: 'Backups open with a password you remember. Nobody else can open them: not the cloud, not the network, not us.',
  ways: 'How to begin',
  sample: 'Start with sample chats',
  sampleDetail: 'Look around; nothing leaves this device',
  sampling: 'Writing sample chats',
  bring: 'Bring your WhatsApp chats',
  bringDetail: 'Drop an exported chat here, or choose it',
  restore: 'Restore a backup',
  restoreDetail: 'With your password, key or passkey',
};
