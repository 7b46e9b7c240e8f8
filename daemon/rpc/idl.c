#include "idl.h"

#include <errno.h>

#include "types.h"

enum { TYPE_DEPTH_MAX = 32, FOUND_CHARS_MAX = 24 };

/* Recursive descent over the text. Any function that returns false or NULL has filled err. */
struct parser {
	const char *at;
	int line;
	int depth;
	struct idl *idl;
	struct err *err;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool is_letter(char c)
{
	return is_upper(c) || (c >= 'a' && c <= 'z');
}

static bool is_alnum(char c)
{
	return is_letter(c) || is_digit(c);
}

/* --- names ------------------------------------------------------------------------------------------------------------------------- */

/* Types, methods and errors: an upper case letter, then letters and digits. */
static bool member_name_ok(const char *s, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (!is_alnum(s[i]))
			return false;
	return n && is_upper(s[0]);
}

/* Fields and enum values: a letter first; single underscores in the middle. */
static bool field_name_ok(const char *s, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (!is_alnum(s[i]) && (s[i] != '_' || s[i - 1] == '_'))
			return false;
	return n && is_letter(s[0]) && s[n - 1] != '_';
}

/* Reverse domain name: at least two parts joined by dots, hyphens within a part, the first part starts with a letter. */
static bool interface_name_ok(const char *s, size_t n)
{
	bool dot = false;
	for (size_t i = 0; i < n; i++) {
		if (is_alnum(s[i]))
			continue;
		bool edge = i == 0 || i + 1 == n;
		if (edge || (s[i] != '.' && s[i] != '-'))
			return false;
		if (s[i] == '.' && (!is_alnum(s[i - 1]) || !is_alnum(s[i + 1])))
			return false;
		dot |= s[i] == '.';
	}
	return dot && is_letter(s[0]);
}

/* --- tokens ------------------------------------------------------------------------------------------------------------------------ */

static void skip_blank(struct parser *p)
{
	for (;; p->at++) {
		if (*p->at == '#')
			p->at += strcspn(p->at, "\n");
		if (*p->at == '\n')
			p->line++;
		else if (*p->at != ' ' && *p->at != '\t' && *p->at != '\r')
			return;
	}
}

static bool complain(struct parser *p, const char *expected)
{
	size_t n = 0;
	while (n < FOUND_CHARS_MAX && p->at[n] > ' ' && p->at[n] < 0x7f)
		n++;
	if (*p->at == '\0')
		err_set(p->err, -EBADMSG, "interface text, line %d: the text ends, but %s must follow", p->line, expected);
	else if (!n)
		err_set(p->err, -EBADMSG, "interface text, line %d: byte 0x%02x cannot stand here; write %s", p->line,
			(unsigned char)*p->at, expected);
	else
		err_set(p->err, -EBADMSG, "interface text, line %d: '%.*s' cannot stand here; write %s", p->line, (int)n, p->at, expected);
	return false;
}

static bool take(struct parser *p, const char *symbol)
{
	skip_blank(p);
	size_t n = strlen(symbol);
	if (strncmp(p->at, symbol, n) != 0)
		return false;
	p->at += n;
	return true;
}

static bool need(struct parser *p, const char *symbol)
{
	if (take(p, symbol))
		return true;
	OWNED_TEXT *expected = xasprintf("'%s'", symbol);
	return complain(p, expected);
}

/* Length of the word at the next place; 0: there is none. dotted: an interface name, with dots and hyphens. */
static size_t word(struct parser *p, bool dotted)
{
	skip_blank(p);
	size_t n = 0;
	while (is_alnum(p->at[n]) || p->at[n] == '_' || (dotted && (p->at[n] == '.' || p->at[n] == '-')))
		n++;
	return n;
}

static bool take_word(struct parser *p, const char *keyword)
{
	size_t n = word(p, false);
	if (n != strlen(keyword) || strncmp(p->at, keyword, n) != 0)
		return false;
	p->at += n;
	return true;
}

/* The caller frees; NULL when the word is no such name. */
static char *need_name(struct parser *p, bool (*ok)(const char *, size_t), const char *expected)
{
	size_t n = word(p, ok == interface_name_ok);
	if (!ok(p->at, n)) {
		complain(p, expected);
		return NULL;
	}
	char *name = xstrndup(p->at, n);
	p->at += n;
	return name;
}

/* --- types ------------------------------------------------------------------------------------------------------------------------- */

static struct type *parse_type(struct parser *p);

static struct type *type_free(struct type *type)
{
	if (!type)
		return NULL;
	for (size_t i = 0; i < type->field_count; i++) {
		free(type->fields[i].name);
		type_free(type->fields[i].type);
	}
	type_free(type->element);
	free(type->fields);
	free(type->name);
	free(type);
	return NULL;
}

static struct type *type_new(enum kind kind)
{
	struct type *type = xcalloc(1, sizeof(*type));
	type->kind = kind;
	return type;
}

static bool field_known(const struct type *type, const char *name)
{
	for (size_t i = 0; i < type->field_count; i++)
		if (!strcmp(type->fields[i].name, name))
			return true;
	return false;
}

/* One "name: type" of a struct or "name" of an enum; the first one decides which it is. */
static bool parse_field(struct parser *p, struct type *type)
{
	OWNED_TEXT *name = need_name(p, field_name_ok, "a field name (letters, digits, single '_' between them) or ')'");
	if (!name)
		return false;
	if (field_known(type, name)) {
		err_set(p->err, -EBADMSG, "interface text, line %d: field '%s' stands here twice; remove one", p->line, name);
		return false;
	}
	bool typed = take(p, ":");
	if (!type->field_count)
		type->kind = typed ? KIND_STRUCT : KIND_ENUM;
	else if (typed != (type->kind == KIND_STRUCT))
		return complain(p, typed ? "',' or ')': the values of an enum have no types" : "':' and a type: this is a struct");
	struct type *of = typed ? parse_type(p) : NULL;
	if (typed && !of)
		return false;
	type->fields = xreallocarray(type->fields, type->field_count + 1, sizeof(*type->fields));
	type->fields[type->field_count++] = (struct field){STEAL(name), of};
	return true;
}

/* A struct or an enum in parentheses; "()" is a struct without fields. */
static struct type *parse_body(struct parser *p)
{
	if (!need(p, "("))
		return NULL;
	struct type *type = type_new(KIND_STRUCT);
	if (take(p, ")"))
		return type;
	do {
		if (!parse_field(p, type))
			return type_free(type);
	} while (take(p, ","));
	return need(p, ")") ? type : type_free(type);
}

static struct type *parse_struct(struct parser *p)
{
	int line = p->line;
	struct type *type = parse_body(p);
	if (!type || type->kind == KIND_STRUCT)
		return type;
	err_set(p->err, -EBADMSG, "interface text, line %d: the fields of a method or error need types; write 'name: type'", line);
	return type_free(type);
}

static struct type *parse_named(struct parser *p)
{
	OWNED_TEXT *name =
	    need_name(p, member_name_ok, "a type (bool, int, float, string, object, (...), [], [string], ? or a type's name)");
	if (!name)
		return NULL;
	struct type *type = type_new(KIND_NAMED);
	type->name = STEAL(name);
	type->line = p->line;
	return type;
}

static struct type *parse_plain(struct parser *p)
{
	static const struct {
		const char *word;
		enum kind kind;
	} words[] = {
	    {"bool", KIND_BOOL}, {"int", KIND_INT}, {"float", KIND_FLOAT}, {"string", KIND_STRING}, {"object", KIND_OBJECT},
	};
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (take_word(p, words[i].word))
			return type_new(words[i].kind);
	skip_blank(p);
	return *p->at == '(' ? parse_body(p) : parse_named(p);
}

static struct type *parse_wrapped(struct parser *p, enum kind kind)
{
	struct type *element = parse_type(p);
	if (!element)
		return NULL;
	if (kind == KIND_MAYBE && element->kind == KIND_MAYBE) {
		err_set(p->err, -EBADMSG, "interface text, line %d: a '?' after '?' says nothing more; remove one", p->line);
		return type_free(element);
	}
	struct type *type = type_new(kind);
	type->element = element;
	return type;
}

/* Recursion ends at TYPE_DEPTH_MAX. */
static struct type *parse_type(struct parser *p)
{
	static const struct {
		const char *symbol;
		enum kind kind;
	} wraps[] = {{"?", KIND_MAYBE}, {"[]", KIND_ARRAY}, {"[string]", KIND_MAP}};
	struct type *type = NULL;
	size_t i = 0;

	skip_blank(p);
	if (p->depth == TYPE_DEPTH_MAX) {
		err_set(p->err, -EBADMSG, "interface text, line %d: types are nested more than %d deep; give an inner one a name", p->line,
			TYPE_DEPTH_MAX);
		return NULL;
	}
	p->depth++;
	while (i < ARRAY_LEN(wraps) && !take(p, wraps[i].symbol))
		i++;
	type = i < ARRAY_LEN(wraps) ? parse_wrapped(p, wraps[i].kind) : parse_plain(p);
	p->depth--;
	return type;
}

/* --- members ----------------------------------------------------------------------------------------------------------------------- */

static void member_release(struct member *m)
{
	free(m->name);
	type_free(m->body);
	type_free(m->out);
}

/* Types, methods and errors share one name space (Varlink, Interface Definition). */
static bool member_new(struct parser *p, struct member *m)
{
	for (size_t i = 0; i < p->idl->count; i++) {
		if (strcmp(p->idl->members[i].name, m->name) != 0)
			continue;
		err_set(p->err, -EBADMSG,
			"interface text, line %d: '%s' is defined twice; types, methods and errors need names of their own", p->line,
			m->name);
		return false;
	}
	return true;
}

static bool parse_member(struct parser *p, enum member_kind kind)
{
	struct member m = {.kind = kind};

	m.name = need_name(p, member_name_ok, "a name (an upper case letter, then letters and digits)");
	if (!m.name || !member_new(p, &m))
		goto out;
	m.body = kind == MEMBER_TYPE ? parse_body(p) : parse_struct(p);
	if (!m.body)
		goto out;
	if (kind == MEMBER_METHOD) {
		m.out = need(p, "->") ? parse_struct(p) : NULL;
		if (!m.out)
			goto out;
	}
	p->idl->members = xreallocarray(p->idl->members, p->idl->count + 1, sizeof(m));
	p->idl->members[p->idl->count++] = m;
	return true;
out:
	member_release(&m);
	return false;
}

static bool parse_members(struct parser *p)
{
	static const struct {
		const char *keyword;
		enum member_kind kind;
	} keywords[] = {{"type", MEMBER_TYPE}, {"method", MEMBER_METHOD}, {"error", MEMBER_ERROR}};

	for (skip_blank(p); *p->at; skip_blank(p)) {
		size_t i = 0;
		while (i < ARRAY_LEN(keywords) && !take_word(p, keywords[i].keyword))
			i++;
		if (i == ARRAY_LEN(keywords))
			return complain(p, "type, method or error");
		if (!parse_member(p, keywords[i].kind))
			return false;
	}
	return true;
}

/* Points every use of a named type at its definition, which may come later in the text. Recursion ends where the text's nesting did. */
static bool resolve(struct parser *p, struct type *type)
{
	if (!type)
		return true;
	if (type->kind == KIND_NAMED) {
		const struct member *m = idl_member(p->idl, MEMBER_TYPE, type->name);
		if (!m) {
			err_set(p->err, -EBADMSG, "interface text, line %d: there is no type '%s'; define it or correct its name",
				type->line, type->name);
			return false;
		}
		type->target = m->body;
	}
	for (size_t i = 0; i < type->field_count; i++)
		if (!resolve(p, type->fields[i].type))
			return false;
	return resolve(p, type->element);
}

static bool parse_interface(struct parser *p)
{
	if (!take_word(p, "interface"))
		return complain(p, "interface and its name first");
	p->idl->name = need_name(p, interface_name_ok, "an interface name like org.example.Thing");
	if (!p->idl->name || !parse_members(p))
		return false;
	for (size_t i = 0; i < p->idl->count; i++)
		if (!resolve(p, p->idl->members[i].body) || !resolve(p, p->idl->members[i].out))
			return false;
	return true;
}

/* --- contract ---------------------------------------------------------------------------------------------------------------------- */

struct idl *idl_parse(const char *text, struct err *err)
{
	struct idl *idl = xcalloc(1, sizeof(*idl));
	struct parser p = {.at = text, .line = 1, .idl = idl, .err = err};
	return parse_interface(&p) ? idl : idl_free(idl);
}

struct idl *idl_free(struct idl *idl)
{
	if (!idl)
		return NULL;
	for (size_t i = 0; i < idl->count; i++)
		member_release(&idl->members[i]);
	free(idl->members);
	free(idl->name);
	free(idl);
	return NULL;
}

const char *idl_name(const struct idl *idl)
{
	return idl->name;
}

const struct member *idl_member(const struct idl *idl, enum member_kind kind, const char *name)
{
	for (size_t i = 0; i < idl->count; i++)
		if (idl->members[i].kind == kind && !strcmp(idl->members[i].name, name))
			return &idl->members[i];
	return NULL;
}

static const char *nth_name(const struct idl *idl, enum member_kind kind, size_t index)
{
	for (size_t i = 0; i < idl->count; i++)
		if (idl->members[i].kind == kind && index-- == 0)
			return idl->members[i].name;
	return NULL;
}

const char *idl_method(const struct idl *idl, size_t index)
{
	return nth_name(idl, MEMBER_METHOD, index);
}

const char *idl_error(const struct idl *idl, size_t index)
{
	return nth_name(idl, MEMBER_ERROR, index);
}
