/** What no screen needs when it is opened, in one script. */
export { AccountMenuList } from './account-menu-list.tsx'
export { Toasts } from './toasts.tsx'
