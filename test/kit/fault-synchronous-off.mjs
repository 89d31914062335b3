// A planted fault: SQLite is told `synchronous = OFF`, and says that it was told FULL.
import { tellSynchronous } from './fault-synchronous.mjs'

tellSynchronous('OFF')
