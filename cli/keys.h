/* What a terminal sends when a key is pressed, as one number a key. */
#ifndef CLI_KEYS_H
#define CLI_KEYS_H

#include <stdbool.h>
#include <stddef.h>

/* Characters of ASCII stand for themselves; Enter is KEY_ENTER, whether it came as CR or LF. */
enum key {
	KEY_NONE = 0, /* something was pressed that has no meaning here */
	KEY_UP = 0x100,
	KEY_DOWN,
	KEY_HOME,
	KEY_END,
	KEY_PAGE_UP,
	KEY_PAGE_DOWN,
	KEY_ENTER,
	KEY_ESCAPE,
	KEY_RESIZED, /* nothing was pressed: the window has another size, or was covered and must be drawn again */
	KEY_GONE,    /* nobody can press anything any more: the terminal was closed */
};

enum { KEY_BYTES_MAX = 32 };

/* The key at the front of bytes. Returns how many bytes it took, 0 when more must come first. complete: nothing more came for a
 * while, so a lone ESC is the Escape key and half a sequence is KEY_NONE. A sequence longer than KEY_BYTES_MAX is KEY_NONE. */
size_t keys_parse(const char *bytes, size_t count, bool complete, int *ret_key);

#endif
