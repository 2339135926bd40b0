export const texts = {
  uk: {
    title: 'Видалення облікового запису',
    hint: 'Обліковий запис одразу зникає для інших, а згодом видаляється назавжди.',
    what: 'Що буде видалено',
    whatProfile: 'Профілі, фото, налаштування та ім’я.',
    whatSignIn: 'Електронну адресу, пароль, сеанси та пристрої.',
    whatLog: 'З журналу активності — усе, що вказує на вас.',
    stays: 'Що залишиться',
    staysText:
      'Лише знеособлений запис про те, що якась подія колись сталася. Дізнатися з нього, чия вона, неможливо.',
    when: 'Коли',
    whenText_one:
      'Профіль буде приховано одразу, а всі сеанси завершено. Протягом {{count}} дня обліковий запис можна відновити: для цього досить увійти. Потім усе буде видалено назавжди.',
    whenText_few:
      'Профіль буде приховано одразу, а всі сеанси завершено. Протягом {{count}} днів обліковий запис можна відновити: для цього досить увійти. Потім усе буде видалено назавжди.',
    whenText_many:
      'Профіль буде приховано одразу, а всі сеанси завершено. Протягом {{count}} днів обліковий запис можна відновити: для цього досить увійти. Потім усе буде видалено назавжди.',
    whenText_other:
      'Профіль буде приховано одразу, а всі сеанси завершено. Протягом {{count}} дня обліковий запис можна відновити: для цього досить увійти. Потім усе буде видалено назавжди.',
    whenNow: 'Усе буде видалено одразу й назавжди. Відновити обліковий запис неможливо.',
    signInFirst: 'Щоб видалити обліковий запис, увійдіть до нього.',
    signIn: 'Увійти',
    againTitle: 'Увійдіть ще раз',
    againText:
      'Ви ввійшли більше ніж 10 хвилин тому. Увійдіть ще раз, щоб ми знали, що це ви, і видаліть обліковий запис протягом 10 хвилин.',
    confirm: 'Ваша електронна адреса',
    confirmHint: 'Введіть адресу свого облікового запису, щоб підтвердити видалення.',
    confirmId: 'Номер облікового запису',
    confirmIdHint: 'Введіть {{id}}, щоб підтвердити видалення.',
    delete: 'Видалити обліковий запис',
    leftTitle: 'Обліковий запис видаляється',
    leftText:
      'Його вже приховано. Назавжди його буде видалено {{time}}. Якщо передумаєте, увійдіть до цього дня.',
    leavingTitle: 'Ваш обліковий запис буде видалено',
    leavingText:
      'Назавжди його буде видалено {{time}}. До того дня його ніхто не бачить, і ви можете його відновити.',
    dueText: 'Час, протягом якого його можна було відновити, минув. Він саме видаляється.',
    restore: 'Відновити обліковий запис',
    restored: 'Обліковий запис відновлено.',
    signOut: 'Вийти',
    card: 'Видалення облікового запису',
    cardHint: 'Профіль буде приховано одразу, а згодом усе буде видалено назавжди.',
    toDelete: 'Видалити обліковий запис',
  },
  en: {
    title: 'Delete your account',
    hint: 'Your account disappears for others at once, and is deleted for good some days later.',
    what: 'What is deleted',
    whatProfile: 'Your profiles, photo, settings and name.',
    whatSignIn: 'Your e-mail address, password, sessions and devices.',
    whatLog: 'Everything in the activity log that leads to you.',
    stays: 'What stays',
    staysText:
      'Only an anonymous note that something happened at some time. Nobody can find out from it whose it was.',
    when: 'When',
    whenText_one:
      'Your profile is hidden and all your sessions end at once. For {{count}} day you can restore the account: just sign in. Then everything is deleted for good.',
    whenText_other:
      'Your profile is hidden and all your sessions end at once. For {{count}} days you can restore the account: just sign in. Then everything is deleted for good.',
    whenNow: 'Everything is deleted at once and for good. The account cannot be restored.',
    signInFirst: 'Sign in to delete your account.',
    signIn: 'Sign in',
    againTitle: 'Sign in again',
    againText:
      'You signed in more than 10 minutes ago. Sign in again, so that we know that it is you, and delete the account within 10 minutes.',
    confirm: 'Your e-mail address',
    confirmHint: 'Type the address of your account to confirm the deletion.',
    confirmId: 'The number of your account',
    confirmIdHint: 'Type {{id}} to confirm the deletion.',
    delete: 'Delete the account',
    leftTitle: 'Your account is being deleted',
    leftText:
      'It is hidden already. It will be deleted for good on {{time}}. If you change your mind, sign in before then.',
    leavingTitle: 'Your account will be deleted',
    leavingText:
      'It will be deleted for good on {{time}}. Until then nobody sees it, and you can restore it.',
    dueText: 'The time in which it could be restored is over. It is just being deleted.',
    restore: 'Restore the account',
    restored: 'Your account was restored.',
    signOut: 'Sign out',
    card: 'Delete your account',
    cardHint: 'Your profile is hidden at once, and some days later everything is deleted for good.',
    toDelete: 'Delete the account',
  },
}
