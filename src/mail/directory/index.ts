/**
 * The directory: domains we host and users who have a box or a login.
 * In: names and addresses. Out: who they are. Never: passwords in clear, or a look at anybody's mail.
 */
export * from './directory.ts'
export * from './user.ts'
