/** The people of all rigs, on our server and on its peers alike. */
export const mailDomain = 'peers.test'
export const userPassword = 'secret-of-rigs'
export const userName = (number: number): string => `u${String(number).padStart(3, '0')}`
export const userAddress = (number: number): string => `${userName(number)}@${mailDomain}`
