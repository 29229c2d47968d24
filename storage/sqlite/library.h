#ifndef ETALON_STORAGE_SQLITE_LIBRARY_H_
#define ETALON_STORAGE_SQLITE_LIBRARY_H_

namespace etalon::sqlite {

// How SQLite is set up for the process. To be called before whatever is the
// first to use it, be it only to look for a VFS: later it is refused, which is
// slower and does no other harm. From any thread, any number of times.
void ConfigureLibrary();

}  // namespace etalon::sqlite

#endif  // ETALON_STORAGE_SQLITE_LIBRARY_H_
