// Dense numbers with a type, so that the compiler checks which table an index belongs to.
#ifndef AWASE_ENGINE_BASE_IDS_H_
#define AWASE_ENGINE_BASE_IDS_H_

#include <cstdint>
#include <type_traits>

namespace awase {

enum class ItemId : uint32_t {};  // position of an item among all items sorted by the bytes of their ids
enum class CustomerId : uint32_t {
};                                  // known customers by the bytes of their ids, then one per anonymous order
enum class BasketId : uint32_t {};  // position of a unit (order, session) in its canonical order

template <class Id>
requires std::is_enum_v<Id>
constexpr uint32_t Index(Id id) { return static_cast<uint32_t>(id); }

}  // namespace awase

#endif  // AWASE_ENGINE_BASE_IDS_H_
