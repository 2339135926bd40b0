export const texts = {
  en: {
    confirmTitle: 'Confirm your new e-mail address',
    confirmText: 'From now on you will sign in with the address that this link was sent to.',
    confirm: 'Confirm the address',
    confirmed: 'Your e-mail address has been changed.',
    signInFirst:
      'Sign in to your account to confirm the new address. Use the address that you have signed in with so far.',
    signIn: 'Sign in',
    undoTitle: 'Get your account back',
    undoText:
      'Your account gets back the e-mail address that this link was sent to. You will be signed out on all devices, and you choose a new password.',
    undo: 'Get the account back',
    incomplete: 'This link is incomplete. Open the whole link once more, as it was sent to you.',
    newEmail: 'New e-mail address',
    password: 'Your password',
    change: 'Change e-mail',
    send: 'Send the link',
    sent: 'We have sent a link to {{email}}. Open it within an hour in this browser and confirm the address.',
    hint: 'You sign in with this address.',
    noMailHint:
      'You sign in with this address. It cannot be changed here, because this site does not send e-mail.',
    formHint:
      'We will send a link to the new address. Your current address gets an e-mail, too, and can undo the change for 7 days.',
    emailForm: 'Enter an e-mail address like name@example.com.',
  },
  uk: {
    confirmTitle: 'Підтвердьте нову електронну адресу',
    confirmText: 'Відтепер ви входитимете з адресою, на яку надійшло це посилання.',
    confirm: 'Підтвердити адресу',
    confirmed: 'Електронну адресу змінено.',
    signInFirst:
      'Увійдіть до свого облікового запису, щоб підтвердити нову адресу. Скористайтеся адресою, з якою входили досі.',
    signIn: 'Увійти',
    undoTitle: 'Повернення облікового запису',
    undoText:
      'Вашому обліковому запису буде повернуто електронну адресу, на яку надійшло це посилання. Усі сеанси буде завершено, і ви виберете новий пароль.',
    undo: 'Повернути обліковий запис',
    incomplete: 'Посилання неповне. Відкрийте його ще раз повністю, так, як його надіслали.',
    newEmail: 'Нова електронна адреса',
    password: 'Ваш пароль',
    change: 'Змінити адресу',
    send: 'Надіслати посилання',
    sent: 'Ми надіслали посилання на {{email}}. Відкрийте його протягом години в цьому браузері й підтвердьте адресу.',
    hint: 'З цією адресою ви входите.',
    noMailHint: 'З цією адресою ви входите. Змінити її тут не можна, бо цей сайт не надсилає листів.',
    formHint:
      'Ми надішлемо посилання на нову адресу. Лист отримає й нинішня адреса: звідти зміну можна скасувати протягом 7 днів.',
    emailForm: 'Введіть електронну адресу на зразок name@example.com.',
  },
}
