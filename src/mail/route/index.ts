/**
 * Routing: whose mail is it?
 * In: a recipient's address. Out: a destination. Never: a delivery, a change.
 */
export { type Destination, makeRoute, type Route, type RouteNeeds } from './route.ts'
